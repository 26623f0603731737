/** What a class inside an enclave must not do, each thing once: the allow-list has to catch it. */
package org.blindbook.architecture.planted;
