/** Sessions of clients, with a clock at the socket. */
@NullMarked
package org.blindbook.auditor.timing.service.client;

import org.jspecify.annotations.NullMarked;
