/** Real services that tests talk to, and the faults between. */
package org.blindbook.server.services;
