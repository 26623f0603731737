/** The service under test: its own commands, run as processes in a folder that goes away. */
@NullMarked
package org.blindbook.auditor.timing.service.processes;

import org.jspecify.annotations.NullMarked;
