package org.blindbook.cli.demo;

/** A match as {@code blindbook discover --json} prints it. */
record DemoMatch(String name, String identifier, String account) {}
