using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Where a deployment or a camera stands: its country or a part of it. Of both the deployment's holds, since a camera is moved.</summary>
internal sealed class PlaceRow
{
    public long Id { get; set; }

    /// <summary>Empty for a camera's.</summary>
    public required string DeploymentID { get; set; }

    /// <summary>Empty for a deployment's.</summary>
    public required string Hub { get; set; }

    /// <summary>Empty for a deployment's.</summary>
    public required string CameraID { get; set; }

    /// <summary>By ISO 3166, as <see cref="Place"/> writes it: <c>CH</c>, <c>US-CA</c>.</summary>
    public required string Code { get; set; }
    public DateTime SetAt { get; set; }
}

/// <summary>A deployment, or a camera of a hub.</summary>
internal sealed record PlaceOf(string DeploymentID, string Hub, string CameraID)
{
    public static PlaceOf Deployment(string id) => new(id, "", "");

    public static PlaceOf Camera(string hub, string camera) => new("", hub, camera);

    public bool IsDeployment => DeploymentID.Length > 0;

    /// <summary>What is wrong with it, with the field; null if nothing is.</summary>
    public string? Fault()
    {
        if (IsDeployment) return IsName(DeploymentID) ? null : $"deploymentID: must have 1 to {Wire.MaxNameLength} printable characters";
        if (!Ids.IsHub(Hub)) return "hub: must be 1 to 32 of a-z, 0-9 and '-'";
        return IsName(CameraID) ? null : $"cameraID: must have 1 to {Wire.MaxNameLength} printable characters";
    }

    public override string ToString() => IsDeployment ? DeploymentID : $"{Hub}/{CameraID}";

    private static bool IsName(string name) => name.Length is > 0 and <= Wire.MaxNameLength && !name.Any(char.IsControl);
}
