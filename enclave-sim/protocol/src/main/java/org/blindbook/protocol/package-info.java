/**
 * What crosses the enclave's border: message layouts, the channel, lookup keys, the enclave's
 * calls. Shared by the client, the host and the enclave; holds no state and opens no connection.
 */
@NullMarked
package org.blindbook.protocol;

import org.jspecify.annotations.NullMarked;
