import java.io.File;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

/**
 * Says of each file given whether it is PDF/A-3a and PDF/UA-1: one line a file and standard,
 * `PASS` or `FAIL`, standard, file name, and the rules that were broken; separated by tabs.
 */
public class Check {
  static final Map<String, String> RULES = Map.of("3a", "PDFA-3A", "ua1", "PDFUA-1");

  public static void main(String[] files) throws Exception {
    LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    for (String file : files) {
      for (String standard : List.of("3a", "ua1")) {
        System.out.println(verdict(new File(file), standard));
      }
    }
  }

  static String verdict(File file, String standard) throws Exception {
    PDFAFlavour flavour = PDFAFlavour.byFlavourId(standard);
    try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
        PDFAValidator validator =
            Foundries.defaultInstance().createValidator(rules(standard), 10000, false, true, false)) {
      ValidationResult result = validator.validate(parser);
      return String.join(
          "\t", result.isCompliant() ? "PASS" : "FAIL", standard, file.getName(), broken(result));
    }
  }

  static String broken(ValidationResult result) {
    TreeSet<String> rules = new TreeSet<>();
    for (TestAssertion assertion : result.getTestAssertions()) {
      if (assertion.getStatus() == TestAssertion.Status.FAILED) {
        String message = assertion.getMessage().replaceAll("\\s+", " ");
        rules.add(assertion.getRuleId().getClause() + " " + message);
      }
    }
    return String.join(" | ", rules);
  }

  /** Reads the rules out of the jar: its own list of them stays empty there. */
  static ValidationProfile rules(String standard) throws Exception {
    String place = "/org/verapdf/pdfa/validation/" + RULES.get(standard) + ".xml";
    try (InputStream in = Check.class.getResourceAsStream(place)) {
      return Profiles.profileFromXml(in);
    }
  }
}
