using System.Diagnostics;

namespace Lynceus.Edge.Tests;

public sealed class CameraSplitterTests
{
    private static byte[] Jpeg(byte shade = 90) => Some.Plain(64, 48, shade);

    /// <summary>A picture with a small one within, as EXIF has it.</summary>
    private static byte[] WithThumbnail(byte[] jpeg)
    {
        var small = Some.Plain(16, 16);
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)((small.Length + 8) >> 8), (byte)(small.Length + 8), .. "Exif\0\0"u8, .. small, .. jpeg[2..]];
    }

    private static List<(byte[] Bytes, bool IsKey)> Split(StreamSplitter splitter, byte[] stream, int step = 7)
    {
        var frames = new List<(byte[], bool)>();
        for (var at = 0; at < stream.Length; at += step) splitter.Feed(stream.AsSpan(at, Math.Min(step, stream.Length - at)), at, (f, key, _) => frames.Add((f.ToArray(), key)));
        return frames;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Pictures_come_out_as_they_went_in_however_the_pipe_cuts_them(int step)
    {
        byte[][] pictures = [Jpeg(10), WithThumbnail(Jpeg(20)), Jpeg(30)];
        Assert.Equal(pictures, Split(new MjpegSplitter(1 << 20), [.. pictures.SelectMany(p => p)], step).Select(f => f.Bytes));
    }

    [Fact]
    public void Garbage_and_zero_bytes_between_pictures_cost_no_picture()
    {
        byte[][] pictures = [Jpeg(10), Jpeg(20)];
        var splitter = new MjpegSplitter(1 << 20);
        Assert.Equal(pictures, Split(splitter, [.. new byte[5000], .. pictures[0], 1, 2, 0xFF, 0xD8, 3, 0xFF, .. pictures[1]]).Select(f => f.Bytes));
        Assert.True(splitter.Discarded >= 5000);
    }

    [Fact]
    public void A_picture_that_breaks_off_costs_itself_alone()
    {
        var (half, whole) = (Jpeg(10), Jpeg(20));
        Assert.Equal([whole, whole], Split(new MjpegSplitter(1 << 20), [.. half[..^6], .. whole, .. whole]).Select(f => f.Bytes));
    }

    [Fact]
    public void A_picture_without_end_is_dropped_at_the_limit_and_the_next_one_is_found()
    {
        var (jpeg, splitter) = (Jpeg(), new MjpegSplitter(100_000));
        var frames = Split(splitter, [.. jpeg[..^2], .. Enumerable.Repeat((byte)0x55, 350_000), .. jpeg], 4096);
        Assert.Equal(jpeg, Assert.Single(frames).Bytes);
        Assert.Equal((1, true), (splitter.TooLarge, splitter.Held <= 100_000));
    }

    [Theory]
    [InlineData("mjpeg")]
    [InlineData("h264")]
    public void A_hundred_megabytes_without_a_marker_take_no_memory_and_no_time(string codec)
    {
        var (splitter, megabyte, watch) = (StreamSplitter.For(codec, 1 << 20), Enumerable.Repeat((byte)0x55, 1 << 20).ToArray(), Stopwatch.StartNew());
        for (var i = 0; i < 100; i++) splitter.Feed(megabyte, 0, (_, _, _) => Assert.Fail("there is no frame"));
        Assert.True(splitter.Held <= 1 << 20);
        Assert.True(splitter.Discarded > 99 << 20);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "it takes more than its length");
    }

    [Theory]
    [InlineData("mjpeg")]
    [InlineData("h264")]
    public void Chance_streams_are_cut_without_a_fault_and_good_frames_after_them_are_found(string codec)
    {
        var random = new Random(20);
        var good = codec == "h264" ? (byte[])[.. Unit(7, 1), .. Unit(8, 1), .. Unit(5, 1), .. Unit(9, 0)] : Jpeg();
        // Markers and start codes are common in it, so that every turn is taken.
        byte[] common = [0xFF, 0xFF, 0xD8, 0xDA, 0xD9, 0, 0, 1, 0x67, 0x68, 0x65];
        for (var round = 0; round < 300; round++)
        {
            var stream = new byte[random.Next(1, 5000)];
            for (var i = 0; i < stream.Length; i++) stream[i] = random.Next(3) == 0 ? (byte)random.Next(256) : common[random.Next(common.Length)];
            var splitter = StreamSplitter.For(codec, 65_536);
            // A segment's length that chance has made may swallow 64 KiB of what follows.
            var after = Enumerable.Repeat(good, 1 + (200_000 / good.Length)).SelectMany(b => b).ToArray();
            Assert.NotEmpty(Split(splitter, [.. stream, .. after], random.Next(1, 3000)));
            Assert.True(splitter.Held <= 65_536);
        }
    }

    /// <summary>A unit of H.264 that has only its header and a few bytes.</summary>
    private static byte[] Unit(int type, byte fill, bool isFirst = true) => [0, 0, 0, 1, (byte)(0x60 | type), (byte)(isFirst ? 0x88 : 0x08), fill, 0x77, 0x80];

    [Fact]
    public void Access_units_end_where_the_next_picture_begins_and_slices_of_one_picture_stay_together()
    {
        byte[] key = [.. Unit(7, 1), .. Unit(8, 1), .. Unit(5, 1), .. Unit(5, 2, isFirst: false)], second = [.. Unit(1, 3), .. Unit(1, 4, isFirst: false)], third = [.. Unit(9, 0), .. Unit(6, 0), .. Unit(1, 5)];
        var frames = Split(new AnnexBSplitter(1 << 20), [.. key, .. second, .. third, .. Unit(9, 0)], 3);
        Assert.Equal([key, second, third], frames.Select(f => f.Bytes));
        Assert.Equal([true, false, false], frames.Select(f => f.IsKey));
    }

    [Fact]
    public void A_key_frame_without_parameter_sets_gets_those_that_came_last()
    {
        byte[] first = [.. Unit(7, 1), .. Unit(8, 1), .. Unit(5, 1)], bare = Unit(5, 2);
        var frames = Split(new AnnexBSplitter(1 << 20), [.. first, .. Unit(1, 3), .. bare, .. Unit(9, 0)]);
        Assert.Equal([true, false, true], frames.Select(f => f.IsKey));
        Assert.Equal([.. Unit(7, 1), .. Unit(8, 1), .. bare], frames[2].Bytes);
    }

    [Fact]
    public void Nothing_is_given_before_the_first_key_frame()
        => Assert.True(Split(new AnnexBSplitter(1 << 20), [.. Unit(1, 1), .. Unit(1, 2), .. Unit(5, 9), .. Unit(7, 1), .. Unit(8, 1), .. Unit(5, 1), .. Unit(1, 3), .. Unit(9, 0)])[0].IsKey);

    [Fact]
    public void After_a_unit_that_is_too_large_nothing_is_given_until_the_next_key_frame()
    {
        byte[] key = [.. Unit(7, 1), .. Unit(8, 1), .. Unit(5, 1)];
        var splitter = new AnnexBSplitter(4096);
        var frames = Split(splitter, [.. key, .. Unit(1, 1), .. Enumerable.Repeat((byte)0x55, 9000), .. Unit(1, 2), .. Unit(1, 3), .. key, .. Unit(9, 0)], 100);
        Assert.Equal([true, true], frames.Select(f => f.IsKey));
        Assert.True(splitter.TooLarge > 0);
    }

    [Fact]
    public void A_steady_stream_allocates_nothing()
    {
        var (splitter, stream, count) = (new MjpegSplitter(1 << 20), Enumerable.Repeat(Jpeg(), 50).SelectMany(b => b).ToArray(), 0);
        FrameSink sink = (_, _, _) => count++;
        splitter.Feed(stream, 0, sink);
        var before = GC.GetAllocatedBytesForCurrentThread();
        splitter.Feed(stream, 0, sink);
        Assert.Equal((100, 0), (count, GC.GetAllocatedBytesForCurrentThread() - before));
    }
}
