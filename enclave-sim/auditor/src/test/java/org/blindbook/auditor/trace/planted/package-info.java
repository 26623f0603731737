/**
 * Leaks of many kinds, and safe code that looks like them. The check is held to find each of the
 * former, at the line marked, and none of the latter.
 */
package org.blindbook.auditor.trace.planted;
