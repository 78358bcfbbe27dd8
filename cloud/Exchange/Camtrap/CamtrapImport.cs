using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>A package becomes a project, deployments, media and words, in steps that are commits: stopped anywhere, it is run again to go on.</summary>
/// <param name="db">For writing.</param>
/// <param name="package">Checked, without faults.</param>
/// <param name="contents">Of the check.</param>
/// <param name="project">Its name here.</param>
/// <param name="by">Whose word the observations are.</param>
/// <param name="now">The cloud's clock.</param>
internal sealed class CamtrapImport(LynceusDb db, CamtrapPackage package, CamtrapContents contents, string project, string by, DateTime now)
{
    private readonly CamtrapRows rows = new(project, by, now);
    private readonly CamtrapFaults faults = new();

    public int Media { get; private set; }
    public int AlreadyThere { get; private set; }
    public int Words { get; private set; }
    public int EventWords { get; private set; }

    /// <param name="ended">Hears how many rows of media and observations are through.</param>
    /// <param name="cancel">Ends it between two commits.</param>
    public void Run(Action<long> ended, CancellationToken cancel)
    {
        var write = new PackageWrite(project, package.Descriptor, [.. contents.Deployments.Select(rows.Deployment)]);
        CloudCommand.Commit(db, write);
        AddMedia(write.Rows, ended, cancel);
        AddWords(write.Rows, ended, cancel);
    }

    private void AddMedia(Dictionary<string, DeploymentRow> deployments, Action<long> ended, CancellationToken cancel)
    {
        var count = 0L;
        foreach (var batch in package.Rows(CamtrapTable.Media, faults).Chunk(ForeignWrite.Most))
        {
            cancel.ThrowIfCancellationRequested();
            var write = new ForeignWrite([.. batch.Select(m => rows.Media(m, deployments[m["deploymentID"]]))]);
            CloudCommand.Commit(db, write);
            (Media, AlreadyThere) = (Media + write.Added, AlreadyThere + write.AlreadyThere);
            ended(count += batch.Length);
        }
    }

    // Of a media all that is said becomes one word; usually it stands together, but nothing says that it must.
    private void AddWords(Dictionary<string, DeploymentRow> deployments, Action<long> ended, CancellationToken cancel)
    {
        var counts = new Dictionary<ulong, int>();
        foreach (var one in MediaLevel()) counts[CamtrapPackage.Key(one["mediaID"])] = counts.GetValueOrDefault(CamtrapPackage.Key(one["mediaID"])) + 1;
        var (open, whole, events, count) = (new Dictionary<string, List<CamtrapRow>>(StringComparer.Ordinal), new List<ForeignWord>(), new List<EventWordRow>(), contents.Media);
        foreach (var one in package.Rows(CamtrapTable.Observations, faults))
        {
            cancel.ThrowIfCancellationRequested();
            if (one["observationLevel"] == "event")
            {
                events.Add(rows.Event(one, deployments[one["deploymentID"]]));
                if (events.Count == ForeignWrite.Most) Flush(events);
            }
            else
            {
                var mediaID = one["mediaID"];
                if (!open.TryGetValue(mediaID, out var said)) open[mediaID] = said = [];
                said.Add(one);
                if (said.Count == counts[CamtrapPackage.Key(mediaID)])
                {
                    open.Remove(mediaID);
                    whole.Add(rows.Word(mediaID, said));
                    if (whole.Count == ForeignWrite.Most) Flush(whole);
                }
            }
            ended(++count);
        }
        Flush(events);
        Flush(whole);
    }

    private IEnumerable<CamtrapRow> MediaLevel() => package.Rows(CamtrapTable.Observations, faults).Where(o => o["observationLevel"] == "media");

    private void Flush(List<ForeignWord> whole)
    {
        if (whole.Count == 0) return;
        var write = new ForeignWordsWrite(whole);
        CloudCommand.Commit(db, write);
        Words += write.Added;
        whole.Clear();
    }

    private void Flush(List<EventWordRow> events)
    {
        if (events.Count == 0) return;
        var write = new EventWordsWrite(events);
        CloudCommand.Commit(db, write);
        EventWords += write.Added;
        events.Clear();
    }
}

/// <summary>The project and deployments of a package. Those that are there stay as people left them.</summary>
internal sealed class PackageWrite(string project, JsonObject descriptor, IReadOnlyList<DeploymentRow> deployments) : Write
{
    /// <summary>By their deploymentID, with their rows' ids.</summary>
    public Dictionary<string, DeploymentRow> Rows { get; } = new(StringComparer.Ordinal);

    public override void Apply(LynceusDb db)
    {
        Rows.Clear();
        var row = db.Projects.Find(project);
        if (row is null) db.Projects.Add(row = new ProjectRow { Name = project, Title = Text(descriptor["project"]?["title"]) ?? Text(descriptor["title"]) });
        if (row.Package is { } there && Id(JsonNode.Parse(there)) != Id(descriptor)) throw new StartException($"--project: '{project}' holds another package ({Id(JsonNode.Parse(there))}); name another project");
        row.Package ??= descriptor.ToJsonString(JsonSerializerOptions.Default);
        foreach (var one in deployments)
        {
            var known = db.Deployments.FirstOrDefault(d => d.DeploymentID == one.DeploymentID);
            if (known is null) db.Deployments.Add(known = one);
            else if (known.Project != project) throw new StartException($"deployment {one.DeploymentID} is here already, in the project '{known.Project}'; import into that project, or rename it there");
            Rows[one.DeploymentID] = known;
        }
        db.SaveChanges();
    }

    private static string? Id(JsonNode? node) => Text(node?["id"]) ?? Text(node?["name"]);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
