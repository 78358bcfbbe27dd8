using System.CommandLine;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary><c>cloud places</c>: in which country cameras stand. Works on the rows, beside a cloud that runs or without one.</summary>
internal static class PlaceCommands
{
    private static readonly Argument<string> Whose = new("DEPLOYMENT") { Description = "A deploymentID; with --camera HUB/CAMERA." };
    private static readonly Option<bool> OfCamera = new("--camera") { Description = "It is a camera's, for media whose deployment has no place." };

    public static Command Places(Option<string> data) => new("places", "Says in which country, or part of one, deployments and cameras stand: animals that do not occur there are not named, only what they belong to. Elsewhere --country of cloud run holds.")
    {
        Set(data), List(data), Remove(data),
    };

    private static Command Set(Option<string> data)
    {
        var code = new Argument<string>("CODE")
        {
            Description = "By ISO 3166: FR, FRA, or US-CA for a part.",
            Validators =
            {
                option =>
                {
                    var text = option.Tokens.Count > 0 ? option.Tokens[0].Value : "";
                    if (!Place.TryParse(text, out _)) option.AddError($"CODE: '{text}' is no country by ISO 3166, as in FR, FRA or US-CA");
                },
            },
        };
        var set = new Command("set", "Sets a place. It holds for looks from now on; what was looked at keeps its names until a re-run by another model or version. Example: cloud places set jura-3 CH") { Whose, code, OfCamera, data, CloudCommand.Db };
        set.SetAction(result =>
        {
            var place = Place.TryParse(result.GetValue(code), out var parsed) ? parsed : throw new StartException("CODE: is no country by ISO 3166");
            var (of, write) = Apply(result, data, place);
            if (write.IsTooMany) throw new StartException($"{PlaceWrite.Most} places are set already; remove one that is not needed");
            Console.WriteLine($"{of}\t{place}\tfrom now on; what was looked at keeps its names until a re-run by another model or version");
        });
        return set;
    }

    private static Command List(Option<string> data)
    {
        var list = new Command("list", "Lists deployments and cameras with their places.") { data, CloudCommand.Db };
        list.SetAction(result =>
        {
            using var db = CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();
            foreach (var row in db.Places.AsNoTracking().OrderBy(p => p.DeploymentID).ThenBy(p => p.Hub).ThenBy(p => p.CameraID)) Console.WriteLine($"{new PlaceOf(row.DeploymentID, row.Hub, row.CameraID)}\t{row.Code}");
        });
        return list;
    }

    private static Command Remove(Option<string> data)
    {
        var remove = new Command("remove", "Takes a place away.") { Whose, OfCamera, data, CloudCommand.Db };
        remove.SetAction(result =>
        {
            var (of, write) = Apply(result, data, place: null);
            if (!write.WasThere) throw new StartException($"{of} has no place (cloud places list)");
        });
        return remove;
    }

    private static (PlaceOf Of, PlaceWrite Write) Apply(ParseResult result, Option<string> data, Place? place)
    {
        var name = result.GetValue(Whose)!;
        var of = !result.GetValue(OfCamera) ? PlaceOf.Deployment(name)
            : name.Split('/', 2) is [var hub, var camera] ? PlaceOf.Camera(hub, camera) : throw new StartException($"--camera: '{name}' is not HUB/CAMERA");
        if (name.Length == 0) throw new StartException("DEPLOYMENT: must not be empty");
        if (of.Fault() is { } fault) throw new StartException(fault);
        using var db = CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();
        var write = new PlaceWrite(of, place, TimeProvider.System.GetUtcNow().UtcDateTime);
        CloudCommand.Commit(db, write);
        return (of, write);
    }
}
