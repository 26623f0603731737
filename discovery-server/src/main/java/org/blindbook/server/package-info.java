/**
 * The untrusted host: nothing here sees a query. Read {@code command} for what an operator can do,
 * {@code serving} for how the running server is put together.
 */
@NullMarked
package org.blindbook.server;

import org.jspecify.annotations.NullMarked;
