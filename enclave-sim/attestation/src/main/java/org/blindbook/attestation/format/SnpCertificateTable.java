package org.blindbook.attestation.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The certificates that a host hands its guests with their reports (AMD SEV-ES Guest-Hypervisor
 * Communication Block Standardization, section 4.1.8.1): entries of a GUID (16 bytes, in the order
 * it is written), offset and length (4 bytes each, little-endian), one of zeros after the last,
 * then what they point to. The host chooses these bytes: a verifier believes none of them unseen.
 */
public final class SnpCertificateTable {
  private static final UUID VCEK = UUID.fromString("63da758d-e664-4564-adc5-f4b93be8accd");
  private static final UUID VLEK = UUID.fromString("a8074bc2-a25a-483e-aae6-39c045a0b8a1");
  private static final UUID ASK = UUID.fromString("4ab7b379-bbac-4fe4-a02f-05aef327c782");
  private static final UUID ARK = UUID.fromString("c0b406a4-a803-4952-9743-3fb6014cd0ae");
  private static final UUID CRL = UUID.fromString("92f81bc3-5811-4d3d-97ff-d19f88dc67ea");

  private static final int ENTRY_BYTES = 24;
  private static final int MAX_ENTRIES = 64;

  private SnpCertificateTable() {}

  private record Entry(UUID id, long offset, long length) {
    boolean isLast() {
      return id.getMostSignificantBits() == 0 && id.getLeastSignificantBits() == 0;
    }
  }

  /**
   * The table's certificates; parts it lacks are empty.
   *
   * @param signingKey which of the endorsement keys to take
   * @throws MalformedEvidenceException unless the bytes are nothing, or a table with all it names
   */
  public static SnpCollateral parse(byte[] table, SnpReport.SigningKey signingKey)
      throws MalformedEvidenceException {
    if (table.length > Collateral.MAX_BYTES) {
      throw malformed();
    }
    Map<UUID, byte[]> certificates = new HashMap<>();
    List<Entry> entries = entries(table);
    for (Entry entry : entries) {
      if (entry.offset + entry.length > table.length
          || certificates.containsKey(entry.id)
          || used(certificates) + entry.length > table.length) {
        throw malformed();
      }
      byte[] certificate = new byte[(int) entry.length];
      System.arraycopy(table, (int) entry.offset, certificate, 0, certificate.length);
      certificates.put(entry.id, certificate);
    }
    byte[] none = {};
    return new SnpCollateral(
        certificates.getOrDefault(signingKey == SnpReport.SigningKey.VLEK ? VLEK : VCEK, none),
        certificates.getOrDefault(ASK, none),
        certificates.getOrDefault(ARK, none),
        certificates.getOrDefault(CRL, none));
  }

  /** Entries may overlap; together they may not grow beyond the table. */
  private static long used(Map<UUID, byte[]> certificates) {
    return certificates.values().stream().mapToLong(part -> part.length).sum();
  }

  private static List<Entry> entries(byte[] table) throws MalformedEvidenceException {
    List<Entry> entries = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(table);
    while (in.remaining() >= ENTRY_BYTES && entries.size() < MAX_ENTRIES) {
      UUID id = new UUID(in.getLong(), in.getLong());
      in.order(ByteOrder.LITTLE_ENDIAN);
      Entry entry = new Entry(id, in.getInt() & 0xffff_ffffL, in.getInt() & 0xffff_ffffL);
      in.order(ByteOrder.BIG_ENDIAN);
      if (entry.isLast()) {
        return entries;
      }
      entries.add(entry);
    }
    if (table.length == 0) {
      return entries;
    }
    throw malformed();
  }

  private static MalformedEvidenceException malformed() {
    return new MalformedEvidenceException("the host's table of certificates is malformed");
  }
}
