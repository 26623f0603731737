/** The operator's commands: what they take, what they print, their exit codes. */
@NullMarked
package org.blindbook.server.command;

import org.jspecify.annotations.NullMarked;
