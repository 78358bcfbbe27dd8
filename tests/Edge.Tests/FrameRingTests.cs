using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

public sealed class FrameRingTests
{
    private readonly FakeTimeProvider time = new();

    private FrameRing Ring(int bytes = 1000, int frames = 100, double seconds = 1000) => new(bytes, frames, seconds, time);

    private bool Add(FrameRing ring, int length, byte fill, bool isKey = true)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        return ring.Add(Enumerable.Repeat(fill, length).ToArray(), time.GetTimestamp(), time.GetUtcNow(), isKey);
    }

    private static IEnumerable<int> Fills(FrameRing ring) => ring.Since(long.MinValue).Select(f => (int)f.Encoded.Span[0]);

    [Fact]
    public void The_oldest_goes_when_the_bytes_are_used_up()
    {
        var ring = Ring();
        for (byte i = 1; i <= 9; i++) Assert.True(Add(ring, 300, i));
        Assert.Equal([7, 8, 9], Fills(ring));
        Assert.Equal(900, ring.Held);
    }

    [Fact]
    public void What_it_holds_is_what_was_put_in_whatever_the_sizes()
    {
        var (ring, random) = (Ring(5000, 40), new Random(5));
        for (var i = 0; i < 5000; i++)
        {
            Add(ring, random.Next(1, 2500), (byte)(i % 251), isKey: i == 0 || random.Next(4) == 0);
            var frames = ring.Since(long.MinValue);
            Assert.All(frames, f => Assert.DoesNotContain(f.Encoded.ToArray(), b => b != f.Encoded.Span[0]));
            Assert.Equal((ring.Held, ring.Count), (frames.Sum(f => f.Encoded.Length), frames.Count));
            Assert.True(ring.Held <= ring.Capacity && ring.Count <= 40);
            if (frames.Count > 0) Assert.True(frames[0].IsKey);
        }
    }

    [Fact]
    public void A_key_frame_goes_with_all_that_depend_on_it()
    {
        var ring = Ring(1000);
        foreach (var (fill, key) in new (byte, bool)[] { (1, true), (2, false), (3, false), (4, true), (5, false) }) Add(ring, 190, fill, key);
        Assert.True(Add(ring, 190, 6, isKey: false));
        Assert.Equal([4, 5, 6], Fills(ring));
    }

    [Fact]
    public void What_depends_on_a_frame_that_is_gone_is_not_held()
    {
        var ring = Ring(1000);
        Assert.False(Add(ring, 100, 1, isKey: false));
        Add(ring, 600, 2);
        Assert.False(Add(ring, 600, 3, isKey: false));
        Assert.False(Add(ring, 100, 4, isKey: false));
        Assert.True(Add(ring, 100, 5));
        Assert.Equal([5], Fills(ring));
    }

    [Fact]
    public void A_frame_larger_than_the_ring_is_refused()
    {
        var ring = Ring();
        Assert.False(Add(ring, 1001, 1));
        Assert.True(Add(ring, 1000, 2));
    }

    [Fact]
    public void Old_frames_go_but_never_the_key_frame_that_the_wanted_seconds_need()
    {
        var ring = Ring(100_000, 100, seconds: 5);
        for (byte i = 0; i < 20; i++) Add(ring, 10, i, isKey: i % 4 == 0);
        Assert.Equal([12, 13, 14, 15, 16, 17, 18, 19], Fills(ring));
    }

    [Fact]
    public void Frames_since_a_time_begin_with_the_key_frame_before_it()
    {
        var ring = Ring(100_000);
        for (byte i = 0; i < 10; i++) Add(ring, 10, i, isKey: i % 4 == 0);
        var from = time.GetTimestamp() - (3 * time.TimestampFrequency);
        Assert.Equal([4, 5, 6, 7, 8, 9], ring.Since(from).Select(f => (int)f.Encoded.Span[0]));
        Assert.Empty(ring.Since(time.GetTimestamp() + 1));
    }

    [Fact]
    public void A_frame_takes_no_allocation()
    {
        var (ring, frame) = (Ring(100_000), new byte[300]);
        for (var i = 0; i < 1000; i++) ring.Add(frame, i, DateTimeOffset.UnixEpoch, isKey: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) ring.Add(frame, i, DateTimeOffset.UnixEpoch, isKey: true);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
