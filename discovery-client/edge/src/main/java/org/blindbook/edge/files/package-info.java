/**
 * How client, loader, host and platform write files: whole or not at all, and on disk when they say
 * so.
 */
@NullMarked
package org.blindbook.edge.files;

import org.jspecify.annotations.NullMarked;
