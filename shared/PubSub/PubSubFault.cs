using Grpc.Core;

namespace Lynceus.PubSub;

/// <summary>Why Pub/Sub did not do what it was asked to.</summary>
public enum PubSubFault
{
    /// <summary>It passes by itself: not reachable, too busy, out of time. The call is made again.</summary>
    Passing,

    /// <summary>The topic or the subscription does not exist.</summary>
    NotThere,

    /// <summary>The caller is known and may not do it.</summary>
    NotAllowed,

    /// <summary>The caller is not known: no credentials, or a token that ended.</summary>
    NotKnown,

    /// <summary>The request breaks a rule of the service; it would break it again.</summary>
    Malformed,
}

/// <summary>A named failure, with a sentence for whoever can mend it.</summary>
public sealed class PubSubException(PubSubFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public PubSubFault Fault => fault;

    /// <summary>What a call's failure means.</summary>
    /// <param name="failed">As gRPC says it, or as it is named already.</param>
    /// <param name="name">The topic's or subscription's full name.</param>
    /// <param name="who">Whose credentials they were.</param>
    public static PubSubException Of(Exception failed, string name, string who)
        => failed as PubSubException ?? Of((RpcException)failed, name, who);

    private static PubSubException Of(RpcException failed, string name, string who)
    {
        var fault = FaultOf(failed.StatusCode);
        return new PubSubException(fault, Sentence(fault, failed.Status, name, who), failed);
    }

    // A stream that the server resets comes as Internal, Unknown or Cancelled, by the reset's code.
    private static PubSubFault FaultOf(StatusCode code) => code switch
    {
        StatusCode.NotFound => PubSubFault.NotThere,
        StatusCode.PermissionDenied => PubSubFault.NotAllowed,
        StatusCode.Unauthenticated => PubSubFault.NotKnown,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange or StatusCode.Unimplemented => PubSubFault.Malformed,
        _ => PubSubFault.Passing,
    };

    private static string Sentence(PubSubFault fault, Status status, string name, string who)
    {
        var topic = ResourceName.IsTopic(name);
        var (project, id) = (ResourceName.Project(name), ResourceName.Id(name));
        return fault switch
        {
            PubSubFault.NotThere when topic => $"topic {name} is not there: gcloud pubsub topics create {id} --project {project}",
            PubSubFault.NotThere => $"subscription {name} is not there: gcloud pubsub subscriptions create {id} --project {project} --topic TOPIC",
            PubSubFault.NotAllowed => $"{who} may not {(topic ? "publish to" : "read")} {name}: it needs the role roles/pubsub.{(topic ? "publisher" : "subscriber")} there",
            PubSubFault.NotKnown => $"Pub/Sub does not know {who} ({status.Detail}): the token has ended, or is for something else",
            PubSubFault.Malformed => $"Pub/Sub refuses what was sent to {name}: {status.Detail}",
            _ => $"Pub/Sub: {status.StatusCode}, {status.Detail}",
        };
    }
}
