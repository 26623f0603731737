/**
 * The demo: everything a deployment does, once, on this machine, through the same commands that
 * anybody else would run.
 */
@NullMarked
package org.blindbook.cli.demo;

import org.jspecify.annotations.NullMarked;
