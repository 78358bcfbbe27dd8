using Grpc.Core;

namespace Lynceus.PubSub.Tests;

public sealed class PublisherTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Eleven_megabytes_at_once_are_split_and_all_arrive()
    {
        await using var server = await PubSubServer.StartAsync();
        server.With(Some.Topic);
        using var connection = Some.Connect(server);
        await using var publisher = Some.Publisher(connection, Some.Limits with { Requests = 1 });
        var messages = Enumerable.Range(0, 176).Select(i => Some.Message(64 * 1024, i)).ToList();
        await Task.WhenAll(messages.Select(m => publisher.PublishAsync(m, Stop)));

        Assert.True(server.Requests.Sum(r => (long)r.Bytes) > 11_000_000);
        Assert.All(server.Requests, r => Assert.InRange(r.Bytes, 1, PubSubLimits.MaxRequestBytes));
        Assert.True(server.Requests.Count < 20, $"{server.Requests.Count} requests"); // what waits goes together
        Assert.Equal(messages.Select(m => m.Data).ToHashSet(), server.Published.Select(m => m.Data).ToHashSet());
    }

    [Fact]
    public async Task More_than_a_thousand_messages_take_more_than_one_request()
    {
        await using var server = await PubSubServer.StartAsync();
        server.With(Some.Topic);
        using var connection = Some.Connect(server);
        await using var publisher = Some.Publisher(connection, Some.Limits with { Messages = 5000, Requests = 1 });
        await Task.WhenAll(Enumerable.Range(0, 4000).Select(i => publisher.PublishAsync(Some.Message(seed: i), Stop)));
        Assert.Equal(4000, server.Published.Count);
        Assert.All(server.Requests, r => Assert.InRange(r.Messages, 1, 1000));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.DeadlineExceeded)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.Aborted)]
    public async Task What_passes_by_itself_is_tried_again(StatusCode fault)
    {
        await using var server = await PubSubServer.StartAsync();
        server.With(Some.Topic);
        (server.Bad.PublishFault, server.Bad.PublishesToFail) = (fault, 4);
        using var connection = Some.Connect(server);
        await using var publisher = Some.Publisher(connection);
        await publisher.PublishAsync(Some.Message(), Stop);
        Assert.Equal(5, server.Requests.Count);
        Assert.Single(server.Published);
    }

    [Theory]
    [InlineData(StatusCode.NotFound, PubSubFault.NotThere, "gcloud pubsub topics create hubs --project valley-1")]
    [InlineData(StatusCode.PermissionDenied, PubSubFault.NotAllowed, "the tester may not publish to projects/valley-1/topics/hubs: it needs the role roles/pubsub.publisher")]
    [InlineData(StatusCode.Unauthenticated, PubSubFault.NotKnown, "does not know the tester")]
    [InlineData(StatusCode.InvalidArgument, PubSubFault.Malformed, "refuses what was sent")]
    internal async Task What_does_not_pass_is_named_once_with_what_to_do(StatusCode code, PubSubFault named, string says)
    {
        await using var server = await PubSubServer.StartAsync();
        server.Bad.Refuses = code;
        using var connection = Some.Connect(server, new Caller("the tester", _ => Task.FromResult("tok")));
        await using var publisher = Some.Publisher(connection);
        var refused = await Assert.ThrowsAsync<PubSubException>(() => publisher.PublishAsync(Some.Message(), Stop));
        Assert.Equal(named, refused.Fault);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Equal(["Bearer tok"], server.Authorizations);
    }

    [Fact]
    public async Task A_message_that_no_request_may_carry_is_refused_before_it_leaves()
    {
        await using var server = await PubSubServer.StartAsync();
        server.With(Some.Topic);
        using var connection = Some.Connect(server);
        await using var publisher = Some.Publisher(connection);
        var wide = Some.Message();
        wide.Attributes["note"] = new string('é', 600);
        foreach (var bad in (PubsubMessage[])[Some.Message(10_000_000), wide, new()])
            Assert.Equal(PubSubFault.Malformed, (await Assert.ThrowsAsync<PubSubException>(() => publisher.PublishAsync(bad, Stop))).Fault);
        Assert.Empty(server.Requests);
        await publisher.PublishAsync(Some.Message(9_999_000), Stop); // the largest that fits
    }

    [Fact]
    public async Task Flow_control_holds_back_what_does_not_fit_into_its_room()
    {
        var room = new Room(messages: 3, bytes: 100);
        await room.EnterAsync(60, Stop);
        var second = room.EnterAsync(60, Stop);
        var third = room.EnterAsync(1, Stop);
        Assert.False(second.IsCompleted || third.IsCompleted); // in line: the small one does not pass the large one
        room.Leave(60);
        await Task.WhenAll(second, third);
        using var given = new CancellationTokenSource();
        var huge = room.EnterAsync(1000, given.Token);
        var last = room.EnterAsync(1, Stop);
        Assert.False(last.IsCompleted);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => huge);
        await last;
        Assert.Equal(3, room.Count);
    }

    [Fact]
    public async Task Bytes_on_the_wire_are_counted_with_what_the_protocol_adds()
    {
        await using var server = await PubSubServer.StartAsync();
        server.With(Some.Topic);
        using var connection = Some.Connect(server);
        await using var publisher = Some.Publisher(connection);
        await publisher.PublishAsync(Some.Message(1), Stop);
        var before = connection.WireBytes;
        await publisher.PublishAsync(Some.Message(64 * 1024), Stop);
        Assert.InRange(connection.WireBytes - before, 64 * 1024 + 50, 64 * 1024 + 2000);
    }
}
