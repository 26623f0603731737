/** The auditor's command line: judge a server's evidence, live or from files. */
@NullMarked
package org.blindbook.auditor;

import org.jspecify.annotations.NullMarked;
