/** What tests of the whole service need from inside the client library. */
package org.blindbook.client;
