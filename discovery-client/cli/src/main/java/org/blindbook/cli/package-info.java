/** The client's commands: discover for everybody, demo for whoever has just cloned this. */
@NullMarked
package org.blindbook.cli;

import org.jspecify.annotations.NullMarked;
