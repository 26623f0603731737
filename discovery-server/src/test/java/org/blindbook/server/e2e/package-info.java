/**
 * The whole service with its real processes: server, platform, enclave, and clients that talk to
 * them over the network.
 *
 * <p>The build runs two of these classes at a time, so a test that cannot bear another enclave's
 * start beside it says {@link org.junit.jupiter.api.parallel.Isolated}. What only asks a server
 * takes the one that is shared: a start costs seconds of all cores.
 */
package org.blindbook.server.e2e;
