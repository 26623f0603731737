/** What a discovery server answers at: paths, headers and close codes, named once for all. */
@NullMarked
package org.blindbook.edge.endpoint;

import org.jspecify.annotations.NullMarked;
