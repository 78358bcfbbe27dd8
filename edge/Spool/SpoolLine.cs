using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>
/// A line of the spool's index: what is known of a capture, or that it left; then the CRC-32C of what stands before it, so that a line that was cut,
/// or that the power left as zeros, is none. <c>c SEQ ID VERDICT+ALARM+STORED SCORE ADDED RECORD UNLISTED N:TIER:BYTES:MARKS … CRC</c>, <c>l ID CRC</c>.
/// </summary>
internal static class SpoolLine
{
    /// <summary>No capture needs more: a line that is longer is none of ours.</summary>
    public const int MaxBytes = 96 * 1024;
    private const int CrcDigits = 8;
    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Few = SpooledTier.Few.GetAlternateLookup<ReadOnlySpan<char>>();

    public static void Write(ArrayBufferWriter<byte> to, SpooledCapture capture)
    {
        var start = to.WrittenCount;
        var score = capture.Score is { } s ? s.ToString("R", CultureInfo.InvariantCulture) : "-";
        Put(to, $"c {capture.Seq} {capture.CaptureID:N} {(int)capture.Verdict}{(capture.Alarm ? 1 : 0)}{(capture.RecordStored ? 1 : 0)} {score} {capture.AddedMs} {capture.RecordBytes} {capture.UnlistedBytes}");
        foreach (var tier in capture.Tiers) Put(to, $" {tier.N}:{(int)tier.Tier}:{tier.Bytes}:{(tier.Stored ? 1 : 0) + (tier.Asked ? 2 : 0)}");
        Put(to, $" {Crc(to.WrittenSpan[start..]):x8}\n");
    }

    public static void WriteLeft(ArrayBufferWriter<byte> to, Guid captureID)
    {
        var start = to.WrittenCount;
        Put(to, $"l {captureID:N}");
        Put(to, $" {Crc(to.WrittenSpan[start..]):x8}\n");
    }

    /// <summary>Reads a line without its end. Null is a capture that left. False if it is none of ours, or not whole.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, SpoolFolders folders, out Guid captureID, out SpooledCapture? capture)
    {
        (captureID, capture) = (Guid.Empty, null);
        if (line.Length < CrcDigits + 3 || line[^(CrcDigits + 1)] != ' ') return false;
        if (!Utf8Parser.TryParse(line[^CrcDigits..], out uint crc, out var read, 'x') || read != CrcDigits || crc != Crc(line[..^(CrcDigits + 1)])) return false;
        var rest = line[..^(CrcDigits + 1)];
        return Word(ref rest) switch
        {
            [(byte)'l'] => Utf8Parser.TryParse(Word(ref rest), out captureID, out _, 'N'),
            [(byte)'c'] => (capture = Capture(rest, folders)) is not null && (captureID = capture.CaptureID) == capture.CaptureID,
            _ => false,
        };
    }

    private static SpooledCapture? Capture(ReadOnlySpan<byte> rest, SpoolFolders folders)
    {
        if (!TryLong(ref rest, out var seq) || !Utf8Parser.TryParse(Word(ref rest), out Guid id, out _, 'N')) return null;
        var marks = Word(ref rest);
        if (marks.Length != 3 || marks[0] is < (byte)'0' or > (byte)'2') return null;
        var scored = Word(ref rest);
        var score = 0f;
        if (scored is not [(byte)'-'] && !Utf8Parser.TryParse(scored, out score, out _)) return null;
        if (!TryLong(ref rest, out var added) || !TryLong(ref rest, out var record) || !TryLong(ref rest, out var unlisted)) return null;
        var tiers = new SpooledTier[rest.Count((byte)' ') + (rest.Length > 0 ? 1 : 0)];
        for (var i = 0; i < tiers.Length; i++)
        {
            if (!TryTier(Word(ref rest), out tiers[i])) return null;
        }
        return new SpooledCapture(folders, seq, id)
        {
            Verdict = (Verdict)(marks[0] - '0'), Alarm = marks[1] == '1', RecordStored = marks[2] == '1', Score = scored is [(byte)'-'] ? null : score,
            AddedMs = added, RecordBytes = record, UnlistedBytes = unlisted, Tiers = tiers,
        };
    }

    private static bool TryTier(ReadOnlySpan<byte> word, out SpooledTier tier)
    {
        tier = default;
        var colon = word.IndexOf((byte)':');
        if (colon < 1 || word.Length < colon + 6 || word[colon + 2] != ':' || word[^2] != ':' || word[^1] is < (byte)'0' or > (byte)'3') return false;
        var size = (Tier)(word[colon + 1] - '0');
        if (!Enum.IsDefined(size) || !Utf8Parser.TryParse(word[(colon + 3)..^2], out long bytes, out _)) return false;
        tier = new SpooledTier(Number(word[..colon]), size, bytes, (word[^1] & 1) != 0, (word[^1] & 2) != 0);
        return true;
    }

    private static string Number(ReadOnlySpan<byte> utf8)
    {
        Span<char> n = stackalloc char[Math.Min(utf8.Length, 64)];
        n = n[..Encoding.ASCII.GetChars(utf8[..n.Length], n)];
        return Few.TryGetValue(n, out var one) ? one : n.ToString();
    }

    private static bool TryLong(ref ReadOnlySpan<byte> rest, out long value)
    {
        var word = Word(ref rest);
        return Utf8Parser.TryParse(word, out value, out var read) && read == word.Length && value is >= 0 and <= MaxNumber;
    }

    /// <summary>The last millisecond that a <see cref="DateTimeOffset"/> knows, and more bytes than a card has.</summary>
    private const long MaxNumber = 253402300799999;

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> rest)
    {
        var space = rest.IndexOf((byte)' ');
        var word = space < 0 ? rest : rest[..space];
        rest = space < 0 ? [] : rest[(space + 1)..];
        return word;
    }

    private static void Put(ArrayBufferWriter<byte> to, DefaultInterpolatedStringHandler text)
    {
        to.Advance(Encoding.ASCII.GetBytes(text.Text, to.GetSpan(text.Text.Length)));
        text.Clear();
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
