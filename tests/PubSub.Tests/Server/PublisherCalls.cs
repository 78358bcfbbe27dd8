using System.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Lynceus.PubSub.Tests;

internal sealed class PublisherCalls(PubSubServer server) : Publisher.PublisherBase
{
    private static long nextMessage;

    public override Task<Topic> CreateTopic(Topic request, ServerCallContext context)
    {
        server.Let(context);
        server.With(request.Name);
        return Task.FromResult(request);
    }

    public override Task<Topic> GetTopic(GetTopicRequest request, ServerCallContext context)
    {
        server.Let(context);
        if (!server.Has(request.Topic)) throw NotFound(request.Topic);
        return Task.FromResult(new Topic { Name = request.Topic });
    }

    public override Task<PublishResponse> Publish(PublishRequest request, ServerCallContext context)
    {
        server.Let(context);
        server.Requests.Enqueue((request.Messages.Count, request.CalculateSize()));
        if (!server.Has(request.Topic)) throw NotFound(request.Topic);
        if (Fault(request) is { } fault) throw new RpcException(new Status(StatusCode.InvalidArgument, fault));
        var fails = server.Bad.FailsThisPublish();
        if (fails && !server.Bad.FailsAfterKeeping) throw new RpcException(new Status(server.Bad.PublishFault, "not now"));
        var answer = new PublishResponse();
        foreach (var message in request.Messages)
        {
            message.MessageId = $"{Interlocked.Increment(ref nextMessage)}";
            message.PublishTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
            server.Put(request.Topic, message);
            answer.MessageIds.Add(message.MessageId);
        }
        return fails ? throw new RpcException(new Status(server.Bad.PublishFault, "it is kept, and the answer is lost")) : Task.FromResult(answer);
    }

    private static string? Fault(PublishRequest request)
    {
        if (request.Messages.Count is 0 or > 1000) return $"The value for message_count is {request.Messages.Count}; it must be 1 to 1000.";
        if (request.CalculateSize() > 10_000_000) return "Request payload size exceeds the limit: 10485760 bytes.";
        if (request.Messages.Any(m => m.Data.IsEmpty && m.Attributes.Count == 0)) return "Each message must have data or attributes.";
        return request.Messages.Any(m => m.Attributes.Count > 100 || m.Attributes.Any(a => Encoding.UTF8.GetByteCount(a.Key) > 256 || Encoding.UTF8.GetByteCount(a.Value) > 1024))
            ? "An attribute is too long."
            : null;
    }

    private static RpcException NotFound(string topic) => new(new Status(StatusCode.NotFound, $"Resource not found (resource={topic.Split('/')[^1]})."));
}
