namespace Lynceus.Edge.Tests;

public class LinkPaceTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_quick_link_gets_larger_chunks_up_to_the_largest()
    {
        var pace = new LinkPace(65536);
        var sizes = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            var bytes = pace.ChunkBytes;
            sizes.Add(bytes);
            await pace.EnterAsync(bytes, Stop);
            pace.Arrived(bytes, TimeSpan.FromMilliseconds(100));
        }
        Assert.Equal([4096, 8192, 16384, 32768, 65536, 65536], sizes);
    }

    [Fact]
    public async Task A_slow_link_gets_smaller_ones_and_small_messages_say_nothing()
    {
        var pace = new LinkPace(65536);
        await pace.EnterAsync(4096, Stop);
        pace.Arrived(4096, TimeSpan.FromSeconds(20));
        Assert.Equal(2048, pace.ChunkBytes);
        for (var i = 0; i < 9; i++) pace.Arrived(0, TimeSpan.FromSeconds(20));
        Assert.Equal(1024, pace.ChunkBytes);
        for (var i = 0; i < 9; i++) pace.Arrived(100, TimeSpan.FromMilliseconds(1));
        Assert.Equal(1024, pace.ChunkBytes);
    }

    [Fact]
    public async Task Four_chunks_are_on_the_way_and_the_fifth_waits_in_its_turn()
    {
        var pace = new LinkPace(65536);
        for (var i = 0; i < 4; i++) await pace.EnterAsync(4096, Stop);
        var (fifth, sixth) = (pace.EnterAsync(4096, Stop), pace.EnterAsync(100, Stop));
        Assert.False(fifth.IsCompleted || sixth.IsCompleted);
        pace.Lost(4096);
        await fifth;
        Assert.False(sixth.IsCompleted);
        pace.Lost(4096);
        await sixth;
    }

    [Fact]
    public async Task Who_stops_waiting_holds_nobody_up_and_one_message_of_any_size_goes()
    {
        var pace = new LinkPace(65536);
        await pace.EnterAsync(1_000_000, Stop);
        using var gaveUp = new CancellationTokenSource();
        var first = pace.EnterAsync(100, gaveUp.Token);
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        pace.Lost(1_000_000);
        await pace.EnterAsync(1_000_000, Stop);
    }
}
