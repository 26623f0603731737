/** Whether two classes of measurements differ. */
@NullMarked
package org.blindbook.auditor.timing.statistics;

import org.jspecify.annotations.NullMarked;
