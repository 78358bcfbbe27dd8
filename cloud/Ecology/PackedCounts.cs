using System.Buffers;
using System.Buffers.Binary;

namespace Lynceus.Cloud;

/// <summary>What was counted of one kind in an hour of a local day, in daylight or in the night.</summary>
/// <remarks>The hour is in hours since the first day of the calendar; night is null where nobody knows the sun.</remarks>
internal readonly record struct CountedHour(long Hour, bool? Night, int Events, int Independent, int IndependentFirst, int Individuals, int HumanChecked)
{
    public DateOnly Day => DateOnly.FromDayNumber((int)(Hour / 24));
}

/// <summary>When an event began, and whether it counts by either convention.</summary>
/// <remarks>Milliseconds are local ones since the first day of the calendar; sun time is in radians, to seven digits, NaN where there is none.</remarks>
internal readonly record struct CountedTime(long Milliseconds, bool? Night, bool IsIndependent, bool IsIndependentFirst, float SunTime)
{
    public DateTime StartLocal => new(Milliseconds * TimeSpan.TicksPerMillisecond);
}

/// <summary>
/// Hours and times of a <see cref="TallyRow"/> as bytes: each a step from the one before in as few bytes as it needs (LEB128), then a byte of flags, then what the flags do not say.
/// Statistics read some two bytes for an hour where a row of its own would be a hundred.
/// </summary>
internal static class PackedCounts
{
    private const byte Night = 1, Day = 2, Single = 4, Independent = 8, First = 16, Human = 32, Sun = 64;

    /// <param name="events">Of one kind at one deployment.</param>
    public static byte[] Hours(IEnumerable<EventRow> events)
    {
        var (packed, before) = (new ArrayBufferWriter<byte>(), 0L);
        foreach (var same in events.GroupBy(e => (Hour: e.StartLocal.Ticks / TimeSpan.TicksPerHour, Sky: Sky(e.Night))).OrderBy(g => g.Key))
        {
            int[] counts = [same.Count(), same.Sum(e => e.Independent), same.Sum(e => e.IndependentFirst), same.Sum(e => e.Count), same.Count(e => e.Human)];
            var isSingle = counts is [1, <= 1, <= 1, 1, _];
            Write(packed, same.Key.Hour - before);
            Write(packed, (byte)(same.Key.Sky | (isSingle ? Single | (counts[1] > 0 ? Independent : 0) | (counts[2] > 0 ? First : 0) | (counts[4] > 0 ? Human : 0) : 0)));
            if (!isSingle)
                foreach (var count in counts) Write(packed, count);
            before = same.Key.Hour;
        }
        return packed.WrittenSpan.ToArray();
    }

    /// <inheritdoc cref="Hours"/>
    public static byte[] Times(IEnumerable<EventRow> events)
    {
        var (packed, before) = (new ArrayBufferWriter<byte>(), 0L);
        foreach (var e in events.OrderBy(e => e.StartLocal))
        {
            var at = e.StartLocal.Ticks / TimeSpan.TicksPerMillisecond;
            Write(packed, at - before);
            Write(packed, (byte)(Sky(e.Night) | (e.Independent > 0 ? Independent : 0) | (e.IndependentFirst > 0 ? First : 0) | (e.SunTime is null ? 0 : Sun)));
            if (e.SunTime is { } sun)
            {
                BinaryPrimitives.WriteSingleLittleEndian(packed.GetSpan(4), (float)sun);
                packed.Advance(4);
            }
            before = at;
        }
        return packed.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static HoursReader ReadHours(ReadOnlySpan<byte> packed) => new(packed);

    /// <inheritdoc cref="ReadHours"/>
    public static TimesReader ReadTimes(ReadOnlySpan<byte> packed) => new(packed);

    private static byte Sky(bool? night) => night switch { true => Night, false => Day, _ => 0 };

    private static bool? Sky(byte flags) => (flags & (Night | Day)) switch { Night => true, Day => false, _ => null };

    private static void Write(ArrayBufferWriter<byte> to, byte flags)
    {
        to.GetSpan(1)[0] = flags;
        to.Advance(1);
    }

    private static void Write(ArrayBufferWriter<byte> to, long number)
    {
        var span = to.GetSpan(10);
        var length = 0;
        for (var left = (ulong)number; ; left >>= 7)
        {
            span[length++] = (byte)(left >= 0x80 ? (left & 0x7f) | 0x80 : left);
            if (left < 0x80) break;
        }
        to.Advance(length);
    }

    private static byte Byte(ref ReadOnlySpan<byte> from)
    {
        if (from.IsEmpty) throw Damaged();
        var one = from[0];
        from = from[1..];
        return one;
    }

    private static long Number(ref ReadOnlySpan<byte> from)
    {
        var number = 0UL;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var one = Byte(ref from);
            number |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80) return (long)number;
        }
        throw Damaged();
    }

    private static int Count(ref ReadOnlySpan<byte> from) => Number(ref from) is var count && count <= int.MaxValue ? (int)count : throw Damaged();

    private static long Later(long before, long step, long most) => step <= most - before ? before + step : throw Damaged();

    private static InvalidDataException Damaged() => new("the counts of a deployment are damaged; 'cloud deployments rebuild' makes them anew");

    public ref struct HoursReader(ReadOnlySpan<byte> packed)
    {
        private ReadOnlySpan<byte> left = packed;

        public CountedHour Current { get; private set; }

        public readonly HoursReader GetEnumerator() => this;

        public bool MoveNext()
        {
            if (left.IsEmpty) return false;
            var hour = Later(Current.Hour, Number(ref left), DateTime.MaxValue.Ticks / TimeSpan.TicksPerHour);
            var flags = Byte(ref left);
            Current = (flags & Single) != 0
                ? new CountedHour(hour, Sky(flags), 1, (flags & Independent) != 0 ? 1 : 0, (flags & First) != 0 ? 1 : 0, 1, (flags & Human) != 0 ? 1 : 0)
                : new CountedHour(hour, Sky(flags), Count(ref left), Count(ref left), Count(ref left), Count(ref left), Count(ref left));
            return true;
        }
    }

    public ref struct TimesReader(ReadOnlySpan<byte> packed)
    {
        private ReadOnlySpan<byte> left = packed;

        public CountedTime Current { get; private set; }

        public readonly TimesReader GetEnumerator() => this;

        public bool MoveNext()
        {
            if (left.IsEmpty) return false;
            var at = Later(Current.Milliseconds, Number(ref left), DateTime.MaxValue.Ticks / TimeSpan.TicksPerMillisecond);
            var flags = Byte(ref left);
            var sun = float.NaN;
            if ((flags & Sun) != 0)
            {
                if (left.Length < 4) throw Damaged();
                sun = BinaryPrimitives.ReadSingleLittleEndian(left);
                left = left[4..];
            }
            Current = new CountedTime(at, Sky(flags), (flags & Independent) != 0, (flags & First) != 0, sun);
            return true;
        }
    }
}
