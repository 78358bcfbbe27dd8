namespace Lynceus.Cloud;

/// <summary>What <c>cloud run</c> was told.</summary>
internal sealed record CloudSettings
{
    /// <summary>The folder that holds everything: rows, objects, thumbnails, token.</summary>
    public required string Data { get; init; }

    /// <summary>The connection string of a PostgreSQL database that holds the rows; null for SQLite in <see cref="Data"/>.</summary>
    public string? Db { get; init; }
    public required BindAddress Http { get; init; }
    public required BindAddress Mqtt { get; init; }

    /// <summary>Where hubs connect with TLS and a client certificate; null for nowhere.</summary>
    public BindAddress? Mqtts { get; init; }

    /// <summary>Where the page, the API and the hubs' door are with TLS; null for nowhere.</summary>
    public BindAddress? Https { get; init; }

    /// <summary>Names and addresses in the certificate of the own authority; empty for the usual ones.</summary>
    public IReadOnlyList<string> TlsNames { get; init; } = [];

    /// <summary>A server certificate of somebody else's, and its chain; null for one of the own authority.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>The key's file; null if it stands in <see cref="TlsCertificate"/>.</summary>
    public string? TlsKey { get; init; }

    /// <summary>A broker that stands elsewhere, in place of the one within; null for that.</summary>
    public BrokerTarget? Broker { get; init; }

    /// <summary>The Pub/Sub subscription that brings what hubs publish, <c>projects/P/subscriptions/S</c>; null for none.</summary>
    public string? PubSub { get; init; }

    /// <summary>With <see cref="PubSub"/>: the topic that takes receipts back, <c>projects/P/topics/T</c>.</summary>
    public string? PubSubReceipts { get; init; }

    /// <summary>A model of the catalog; null for the first that can detect.</summary>
    public string? Model { get; init; }

    /// <summary>The <c>classifier.json</c> of what names animals; null for nothing.</summary>
    public string? Classifier { get; init; }

    /// <summary>Where the cameras stand: animals that do not occur there are not named. Null for anywhere.</summary>
    public Place? Country { get; init; }

    /// <summary>Threads for one detection, 1–64.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How many jobs' media are looked at at the same time, each with a model of its own in memory, 0–64.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>A job for so many media or more takes the batch lane unless it is told otherwise.</summary>
    public int BatchFrom { get; init; } = 100;

    /// <summary>A price file of one's own; null for the one that came with the program.</summary>
    public string? PriceFile { get; init; }

    /// <summary>How alarms leave this cloud.</summary>
    public NoticeTargets Notices { get; init; } = new();

    /// <summary>Where model files are looked for; null for the usual places.</summary>
    public IReadOnlyList<string>? ModelFolders { get; init; }
}
