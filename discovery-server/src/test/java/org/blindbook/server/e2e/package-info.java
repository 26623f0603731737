/**
 * The whole service with its real processes: server, platform, enclave, and clients that talk to
 * them over the network.
 */
package org.blindbook.server.e2e;
