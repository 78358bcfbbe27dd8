namespace Lynceus.Torture;

/// <summary>Settings of a hub, as the environment names them, that make it quick and quiet: what is waited for is what is on trial.</summary>
internal static class QuickHub
{
    public static Dictionary<string, string> Settings(string name, string data, string shots, string promises) => new()
    {
        ["LYNCEUS_PROMISES"] = promises,
        ["LYNCEUS_Hub__Name"] = name,
        ["LYNCEUS_Hub__Data"] = data,
        ["LYNCEUS_Uplink__EffortEverySeconds"] = "1",
        ["LYNCEUS_Uplink__LongestBackoffSeconds"] = "1",
        ["LYNCEUS_Uplink__ReceiptTimeoutSeconds"] = "10",
        ["LYNCEUS_Trigger__Folder__Path"] = shots,
        ["LYNCEUS_Trigger__Folder__SettleSeconds"] = "1",
        ["LYNCEUS_Trigger__Folder__RescanSeconds"] = "1",
        // Everything is sent or kept: what is dropped promises nothing. The model's trial is not what is on trial here.
        ["LYNCEUS_Gate__Variant"] = "float",
        ["LYNCEUS_Gate__SendThreshold"] = "0.3",
        ["LYNCEUS_Gate__KeepThreshold"] = "0.01",
        ["LYNCEUS_Gate__EmptyKeepShare"] = "1",
        ["LYNCEUS_Gate__Person"] = "send",
    };
}
