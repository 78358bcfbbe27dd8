using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What stands between the hub and its cloud, in the words that the log, the health and the doctor share.</summary>
/// <param name="State">Its name.</param>
/// <param name="What">What was seen.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record LinkTrouble(LinkState State, string What, string Remedy)
{
    public string Sentence => $"{What}. {Remedy}";
}

/// <summary>How far the hub came.</summary>
internal enum LinkStep
{
    /// <summary>Looking up the cloud's name.</summary>
    Name,

    /// <summary>Reaching its port.</summary>
    Connection,

    /// <summary>TLS.</summary>
    Encryption,

    /// <summary>Saying who it is.</summary>
    Login,

    /// <summary>On a link that stood.</summary>
    Talk,
}
