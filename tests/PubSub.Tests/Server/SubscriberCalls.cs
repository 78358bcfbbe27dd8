using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Lynceus.PubSub.Tests;

internal sealed class SubscriberCalls(PubSubServer server) : Subscriber.SubscriberBase
{
    public override Task<Subscription> CreateSubscription(Subscription request, ServerCallContext context)
    {
        server.Let(context);
        server.With(request.Name, request.Topic, request.Filter);
        return Task.FromResult(request);
    }

    public override Task<Empty> Acknowledge(AcknowledgeRequest request, ServerCallContext context)
    {
        server.Let(context);
        if (server.Bad.FailsThisAck()) throw new RpcException(new Status(StatusCode.Unavailable, "not now"));
        if (!server.Bad.LosesThisAck()) server.Find(request.Subscription).Acknowledge(request.AckIds);
        return Task.FromResult(new Empty());
    }

    public override Task<Empty> ModifyAckDeadline(ModifyAckDeadlineRequest request, ServerCallContext context)
    {
        server.Let(context);
        server.Find(request.Subscription).Extend(request.AckIds, server.Bad.Lease ?? TimeSpan.FromSeconds(request.AckDeadlineSeconds));
        return Task.FromResult(new Empty());
    }

    public override async Task StreamingPull(IAsyncStreamReader<StreamingPullRequest> requestStream, IServerStreamWriter<StreamingPullResponse> responseStream, ServerCallContext context)
    {
        server.Let(context);
        if (!await requestStream.MoveNext(context.CancellationToken)) throw new RpcException(new Status(StatusCode.InvalidArgument, "nothing was asked for"));
        var wanted = requestStream.Current;
        if (wanted.StreamAckDeadlineSeconds is < 10 or > 600) throw new RpcException(new Status(StatusCode.InvalidArgument, "stream_ack_deadline_seconds must be 10 to 600"));
        var shelf = server.Find(wanted.Subscription);
        var began = TimeProvider.System.GetTimestamp();
        while (!context.CancellationToken.IsCancellationRequested)
        {
            if (server.Bad.ResetsEvery is { } reset && TimeProvider.System.GetElapsedTime(began) > reset) throw new RpcException(new Status(StatusCode.Unavailable, "The service was unable to fulfill your request."));
            var messages = shelf.Take(server.Bad.Lease ?? TimeSpan.FromSeconds(wanted.StreamAckDeadlineSeconds), Math.Min(100, wanted.MaxOutstandingMessages - shelf.Out), wanted.MaxOutstandingBytes);
            if (messages.Count > 0) await responseStream.WriteAsync(new StreamingPullResponse { ReceivedMessages = { messages } });
            else await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
