package org.blindbook.edge.numbering;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of plan changes, each line of it against what libphonenumber knows of today's plans.
 */
class PlanChangesTest {
  private static final int SAMPLES = 400;

  /**
   * Where the former number is one that can be dialled, and reaches the same subscriber: the 9 of
   * Argentina, Brazil's trunked radio, which has ended, the country codes that Kosovo borrowed,
   * Israel's for Palestine, and what libphonenumber has not given up yet of Colombia and Gabon.
   */
  private static final Set<String> DIALLED_BOTH_WAYS =
      Set.of("Argentina", "Brazil", "Colombia", "Gabon", "Kosovo", "Palestine");

  private final PhoneNumberUtil plans = PhoneNumberUtil.getInstance();

  static List<PlanChange> changes() {
    return NumberingPlans.changes();
  }

  private boolean isValid(String digits) throws NumberParseException {
    return plans.isValidNumber(plans.parse("+" + digits, "ZZ"));
  }

  private static Identifier telephone(String digits) throws IdentifierException {
    return Identifier.parse("tel:+" + digits);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void leadsFromNumbersOfNobodyToNumbersOfToday(PlanChange change) throws NumberParseException {
    Random random = new Random(2024_11_30);
    int valid = 0;
    for (int i = 0; i < SAMPLES; i++) {
      String then = Samples.of(change.patternOfThen(), random);
      String now = change.now(then).orElseThrow();
      assertThat(change.then(now)).as(change.patternOfThen()).contains(then);
      valid += isValid(now) ? 1 : 0;
      if (!DIALLED_BOTH_WAYS.contains(change.country())) {
        assertThat(isValid(then))
            .as("somebody has a number of %s", change.patternOfThen())
            .isFalse();
      }
    }
    assertThat(valid).as("of %s", change.patternOfNow()).isGreaterThan(SAMPLES / 50);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void givesEveryFormTheSameCurrentOneAndNoMoreThanThree(PlanChange change)
      throws IdentifierException {
    Random random = new Random(2018_09_15);
    for (int i = 0; i < SAMPLES; i++) {
      Identifier then = telephone(Samples.of(change.patternOfThen(), random));
      List<Identifier> forms = NumberingPlans.forms(then);
      assertThat(forms).contains(then).doesNotHaveDuplicates();
      assertThat(forms).hasSizeBetween(2, NumberingPlans.MAX_FORMS);
      for (Identifier form : forms) {
        assertThat(NumberingPlans.current(form)).isEqualTo(forms.get(0));
        assertThat(NumberingPlans.forms(form)).isEqualTo(forms);
      }
    }
  }
}
