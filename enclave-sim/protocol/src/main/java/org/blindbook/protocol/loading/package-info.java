/** What a loader sends to an evaluator. */
@NullMarked
package org.blindbook.protocol.loading;

import org.jspecify.annotations.NullMarked;
