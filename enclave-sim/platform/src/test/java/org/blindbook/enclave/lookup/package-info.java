/** Stands in for the enclave where its platform is tested. */
package org.blindbook.enclave.lookup;
