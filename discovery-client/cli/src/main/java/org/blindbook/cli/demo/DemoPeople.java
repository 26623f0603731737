package org.blindbook.cli.demo;

import java.util.List;

/** Names that nobody in particular has. */
final class DemoPeople {
  private static final List<String> GIVEN =
      List.of(
          "Ada",
          "Alma",
          "Amina",
          "Anouk",
          "Björn",
          "Chiara",
          "Dariusz",
          "Elif",
          "Emeka",
          "Esteban",
          "Fatima",
          "Finn",
          "Grace",
          "Hana",
          "Ingrid",
          "Ivo",
          "Jamila",
          "João",
          "Kaan",
          "Keiko",
          "Lena",
          "Luca",
          "Małgorzata",
          "Mei",
          "Milan",
          "Nadia",
          "Noor",
          "Olu",
          "Priya",
          "Quentin",
          "Rosa",
          "Samir",
          "Siobhán",
          "Tomás",
          "Uma",
          "Viktor",
          "Wanjiru",
          "Yara",
          "Zoë",
          "Øyvind");

  private static final List<String> FAMILY =
      List.of(
          "Abara",
          "Almeida",
          "Bergström",
          "Castellano",
          "Dąbrowska",
          "Eriksen",
          "Fontaine",
          "Gündoğan",
          "Hartmann",
          "Ibáñez",
          "Jansen",
          "Kimura",
          "Lindqvist",
          "Mbeki",
          "Nováková",
          "O’Dowd",
          "Pellegrini",
          "Quispe",
          "Rahman",
          "Szabó",
          "Tanaka",
          "Ueda",
          "Verhoeven",
          "Whitlock",
          "Xu",
          "Yilmaz",
          "Zimmermann");

  private DemoPeople() {}

  /** Every number up to 1,079 has a name of its own; neighbours share neither half. */
  static String name(int number) {
    // The two counts have no common factor, so the pairs repeat after their product only.
    return GIVEN.get(number % GIVEN.size()) + " " + FAMILY.get(number % FAMILY.size());
  }
}
