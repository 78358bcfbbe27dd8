namespace Lynceus.Edge;

/// <summary>What a link learnt of the other end, for as long as the process lives.</summary>
internal sealed class LinkMemory
{
    private volatile bool onlyOldMqtt;

    /// <summary>The broker speaks MQTT 3.1.1 and nothing newer.</summary>
    public bool OnlyOldMqtt
    {
        get => onlyOldMqtt;
        set => onlyOldMqtt = value;
    }
}
