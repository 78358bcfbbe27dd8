using System.Collections.Concurrent;
using Grpc.Core;

namespace Lynceus.PubSub.Tests;

public sealed class ReaderTests : IAsyncLifetime
{
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<string, int> seen = new();
    private PubSubServer server = null!;
    private Shelf shelf = null!;
    private PubSubConnection connection = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PubSubServer.StartAsync();
        shelf = server.With(Some.Subscription, Some.Topic);
        connection = Some.Connect(server);
    }

    public async ValueTask DisposeAsync()
    {
        connection.Dispose();
        await server.DisposeAsync();
        stop.Dispose();
    }

    private void Put(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var message = Some.Message(seed: i);
            message.MessageId = $"{i}";
            server.Put(Some.Topic, message);
        }
    }

    private Task<Taken> SeeAsync(PubsubMessage message)
    {
        seen.AddOrUpdate(message.MessageId, 1, (_, times) => times + 1);
        return Task.FromResult(Taken.Done);
    }

    private async Task EndAsync(Task reading)
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Messages_are_read_in_any_order_acknowledged_and_gone()
    {
        server.Bad.Shuffles = true;
        Put(2500);
        var reading = Some.Reader(connection).RunAsync(SeeAsync, stop.Token);
        await Some.UntilAsync("all are gone", () => shelf.Left == 0);
        await EndAsync(reading);
        Assert.Equal(2500, seen.Count);
        Assert.Equal(2500, shelf.Acknowledged.Count);
    }

    [Fact]
    public async Task A_stream_that_is_reset_again_and_again_loses_nothing()
    {
        server.Bad.ResetsEvery = TimeSpan.FromMilliseconds(150);
        var reading = Some.Reader(connection).RunAsync(SeeAsync, stop.Token);
        for (var i = 0; i < 20; i++)
        {
            Put(50);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
        await Some.UntilAsync("all are gone", () => shelf.Left == 0);
        await EndAsync(reading);
        Assert.Equal(1000, seen.Values.Sum());
    }

    [Fact]
    public async Task What_takes_long_is_kept_by_moving_its_deadline_on()
    {
        server.Bad.Lease = TimeSpan.FromSeconds(5); // an extension comes after 3.3 s
        Put(1);
        var release = new TaskCompletionSource();
        var reading = Some.Reader(connection).RunAsync(async message =>
        {
            await SeeAsync(message);
            await release.Task;
            return Taken.Done;
        }, stop.Token);
        await Some.UntilAsync("it is extended twice", () => shelf.Extensions >= 2);
        Assert.Equal(1, seen.Single().Value);
        Assert.Empty(shelf.Acknowledged); // not before it is done
        release.SetResult();
        await Some.UntilAsync("it is gone", () => shelf.Left == 0);
        await EndAsync(reading);
    }

    [Fact]
    public async Task What_cannot_be_taken_now_comes_again_after_its_deadline()
    {
        server.Bad.Lease = TimeSpan.FromMilliseconds(300);
        Put(1);
        var tries = 0;
        var reading = Some.Reader(connection).RunAsync(async message =>
        {
            await SeeAsync(message);
            return ++tries switch { 1 => Taken.Later, 2 => throw new IOException("the disk is full"), _ => Taken.Done };
        }, stop.Token);
        await Some.UntilAsync("it is gone", () => shelf.Left == 0);
        await EndAsync(reading);
        Assert.Equal(3, seen.Single().Value);
    }

    [Fact]
    public async Task A_lost_acknowledgement_brings_the_message_again_and_a_failed_one_is_said_again()
    {
        server.Bad.Lease = TimeSpan.FromMilliseconds(500);
        (server.Bad.AcksToLose, server.Bad.AcksToFail) = (1, 3);
        Put(1);
        var reading = Some.Reader(connection).RunAsync(SeeAsync, stop.Token);
        await Some.UntilAsync("it is gone", () => shelf.Left == 0);
        await EndAsync(reading);
        Assert.InRange(seen.Single().Value, 2, 5);
    }

    [Fact]
    public async Task No_more_is_in_hand_than_there_is_room_for()
    {
        Put(200);
        var (inHand, most) = (0, 0);
        var reading = Some.Reader(connection, Some.Limits with { Messages = 7 }).RunAsync(async message =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inHand));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            Interlocked.Decrement(ref inHand);
            return Taken.Done;
        }, stop.Token);
        await Some.UntilAsync("all are gone", () => shelf.Left == 0);
        await EndAsync(reading);
        Assert.InRange(most, 2, 7);
    }

    [Fact]
    public async Task What_is_in_hand_at_the_end_is_finished_and_acknowledged()
    {
        Put(3);
        var begun = 0;
        var release = new TaskCompletionSource();
        var reading = Some.Reader(connection).RunAsync(async _ =>
        {
            Interlocked.Increment(ref begun);
            await release.Task;
            return Taken.Done;
        }, stop.Token);
        await Some.UntilAsync("all are in hand", () => begun == 3);
        await stop.CancelAsync();
        Assert.False(reading.IsCompleted);
        release.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal(0, shelf.Left);
    }

    [Theory]
    [InlineData(StatusCode.NotFound, PubSubFault.NotThere, "gcloud pubsub subscriptions create cloud --project valley-1")]
    [InlineData(StatusCode.PermissionDenied, PubSubFault.NotAllowed, "roles/pubsub.subscriber")]
    internal async Task A_subscription_that_cannot_be_read_is_named(StatusCode code, PubSubFault named, string says)
    {
        server.Bad.Refuses = code;
        var failed = await Assert.ThrowsAsync<PubSubException>(() => Some.Reader(connection).RunAsync(SeeAsync, stop.Token));
        Assert.Equal(named, failed.Fault);
        Assert.Contains(says, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_lets_a_hub_hear_its_own_only()
    {
        var own = server.With("projects/valley-1/subscriptions/ridge", Some.Topic, "attributes.hub = \"ridge\"");
        var other = server.With("projects/valley-1/subscriptions/valley", Some.Topic, "attributes.hub = \"valley\"");
        Put(4);
        Assert.Equal((4, 0), (own.Left, other.Left));
        await Task.CompletedTask;
    }
}
