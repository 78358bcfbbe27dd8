using System.Text;
using System.Text.Json;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Lynceus.Cloud;

/// <summary>
/// All rows, as SQLite has them. Ids are TEXT, enums are the wire's words, instants are UTC; what a device's own clock read stands beside in <c>…Local</c> and <c>…Offset</c> (minutes).
/// </summary>
internal class LynceusDb(DbContextOptions options) : DbContext(options)
{
    public DbSet<HubRow> Hubs => Set<HubRow>();
    public DbSet<HealthRow> Health => Set<HealthRow>();
    public DbSet<RequestRow> Requests => Set<RequestRow>();
    public DbSet<HubCredentialRow> Credentials => Set<HubCredentialRow>();
    public DbSet<HubCertificateRow> HubCertificates => Set<HubCertificateRow>();
    public DbSet<CaptureRow> Captures => Set<CaptureRow>();
    public DbSet<MediaRow> Media => Set<MediaRow>();
    public DbSet<TierRow> Tiers => Set<TierRow>();
    public DbSet<ChunkRow> Chunks => Set<ChunkRow>();
    public DbSet<RunRow> Runs => Set<RunRow>();
    public DbSet<DetectionRow> Detections => Set<DetectionRow>();
    public DbSet<ObservationRow> Observations => Set<ObservationRow>();
    public DbSet<LabelRow> Labels => Set<LabelRow>();
    public DbSet<EffortRow> Effort => Set<EffortRow>();
    public DbSet<JobRow> Jobs => Set<JobRow>();
    public DbSet<JobItemRow> JobItems => Set<JobItemRow>();
    public DbSet<BudgetRow> Budgets => Set<BudgetRow>();
    public DbSet<SpendRow> Spends => Set<SpendRow>();
    public DbSet<RepeatRow> Repeats => Set<RepeatRow>();
    public DbSet<PlaceRow> Places => Set<PlaceRow>();
    public DbSet<ProjectRow> Projects => Set<ProjectRow>();
    public DbSet<DeploymentRow> Deployments => Set<DeploymentRow>();
    public DbSet<OutageRow> Outages => Set<OutageRow>();
    public DbSet<ClockRepairRow> ClockRepairs => Set<ClockRepairRow>();
    public DbSet<EventRow> Events => Set<EventRow>();
    public DbSet<EventWordRow> EventWords => Set<EventWordRow>();
    public DbSet<TallyRow> Tallies => Set<TallyRow>();
    public DbSet<TouchedRow> Touched => Set<TouchedRow>();
    public DbSet<AlarmRuleRow> AlarmRules => Set<AlarmRuleRow>();
    public DbSet<AlarmRow> Alarms => Set<AlarmRow>();
    public DbSet<MuteRow> Mutes => Set<MuteRow>();
    public DbSet<NoticeRow> Notices => Set<NoticeRow>();

    /// <summary>Tiers that have begun to come and are not whole: few, among all that stay on cards.</summary>
    private const string UnderWay = "\"StoredAt\" IS NULL AND \"Offset\" > 0";

    /// <summary>Items that are not at their end: a job that is done weighs nothing in a claim.</summary>
    private const string Unended = "\"State\" IN ('waiting', 'claimed')";

    private const string IsHuman = "\"ObservationType\" = 'human'";
    private const string IsUnsent = "\"SentAt\" IS NULL AND \"GivenUpAt\" IS NULL";
    private const string IsCurrent = "\"Current\"";
    private const string IsHidden = "\"RepeatRowId\" IS NOT NULL";

    /// <summary>Set on the writer's context only.</summary>
    public Prepared? Prepared { get; private set; }

    /// <summary>Keeps the connection open, so that statements stay prepared.</summary>
    public LynceusDb ForWriting()
    {
        Database.OpenConnection();
        Database.AutoSavepointsEnabled = false;
        if (Database.IsNpgsql()) Postgres.CommitOnDisk(this);
        Prepared = new Prepared(this);
        return this;
    }

    /// <summary>Inserts by prepared statements: those that are kept while this writes, else some for the once.</summary>
    public T Inserting<T>(Func<Prepared, T> insert)
    {
        if (Prepared is { } kept) return insert(kept);
        using var once = new Prepared(this);
        return insert(once);
    }

    public override void Dispose()
    {
        Prepared?.Dispose();
        Prepared = null;
        base.Dispose();
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Guid>().HaveConversion<string>();
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcInstant>();
        configurationBuilder.Properties<Verdict>().HaveConversion<WireWord<Verdict>>();
        configurationBuilder.Properties<Tier>().HaveConversion<WireWord<Tier>>();
        configurationBuilder.Properties<CaptureMethod>().HaveConversion<WireWord<CaptureMethod>>();
        configurationBuilder.Properties<ObservationType>().HaveConversion<WireWord<ObservationType>>();
        configurationBuilder.Properties<ClockQuality>().HaveConversion<WireWord<ClockQuality>>();
        configurationBuilder.Properties<LookedBy>().HaveConversion<WireWord<LookedBy>>();
        configurationBuilder.Properties<AwayReason>().HaveConversion<WireWord<AwayReason>>();
        configurationBuilder.Properties<RequestOutcome>().HaveConversion<WireWord<RequestOutcome>>();
        configurationBuilder.Properties<RunStatus>().HaveConversion<WireWord<RunStatus>>();
        configurationBuilder.Properties<JobKind>().HaveConversion<WireWord<JobKind>>();
        configurationBuilder.Properties<Lane>().HaveConversion<WireWord<Lane>>();
        configurationBuilder.Properties<JobState>().HaveConversion<WireWord<JobState>>();
        configurationBuilder.Properties<ItemState>().HaveConversion<WireWord<ItemState>>();
        configurationBuilder.Properties<TaxonRank>().HaveConversion<WireWord<TaxonRank>>();
        configurationBuilder.Properties<LabelKind>().HaveConversion<WireWord<LabelKind>>();
        configurationBuilder.Properties<Judgement>().HaveConversion<WireWord<Judgement>>();
        configurationBuilder.Properties<RepeatState>().HaveConversion<WireWord<RepeatState>>();
        configurationBuilder.Properties<OutageKind>().HaveConversion<WireWord<OutageKind>>();
        configurationBuilder.Properties<OutageState>().HaveConversion<WireWord<OutageState>>();
        configurationBuilder.Properties<AlarmKind>().HaveConversion<WireWord<AlarmKind>>();
        configurationBuilder.Properties<AlarmState>().HaveConversion<WireWord<AlarmState>>();
        configurationBuilder.Properties<Sensitivity>().HaveConversion<WireWord<Sensitivity>>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<HubRow>(hub =>
        {
            hub.ToTable("Hub").HasKey(h => h.Name);
            hub.Property(h => h.ClockSteps).HasConversion<StepsJson, StepsComparer>();
            hub.Property(h => h.Health).HasConversion<HealthJson>();
        });
        modelBuilder.Entity<HealthRow>(health =>
        {
            health.ToTable("HubHealth").HasKey(h => new { h.Hub, h.Hour });
            health.Property(h => h.Health).HasConversion<HealthJson>();
        });
        modelBuilder.Entity<RequestRow>(request =>
        {
            request.ToTable("Request").HasIndex(r => r.RequestID).IsUnique();
            request.HasIndex(r => new { r.Hub, r.ExpiresAt });
            request.HasIndex(r => r.MediaID);
        });
        modelBuilder.Entity<HubCredentialRow>(hub => hub.ToTable("HubCredential").HasKey(h => h.Hub));
        modelBuilder.Entity<HubCertificateRow>(certificate =>
        {
            certificate.ToTable("HubCertificate").HasKey(c => c.Serial);
            certificate.HasIndex(c => c.Hub);
        });
        modelBuilder.Entity<CaptureRow>(capture =>
        {
            capture.ToTable("Capture").HasIndex(c => c.CaptureID).IsUnique();
            capture.HasIndex(c => new { c.Hub, c.CameraID, c.EventStart });
            capture.HasIndex(c => new { c.Hub, c.Verdict });
            capture.HasIndex(c => c.DeploymentRowId);
            capture.Property(c => c.ClockSteps).HasConversion<StepsJson, StepsComparer>();
            capture.HasMany(c => c.Media).WithOne(m => m.Capture).HasForeignKey(m => m.CaptureRowId);
        });
        modelBuilder.Entity<MediaRow>(media =>
        {
            media.ToTable("Media").HasIndex(m => m.MediaID).IsUnique();
            media.HasIndex(m => m.Timestamp);
            media.HasMany(m => m.Tiers).WithOne(t => t.Media).HasForeignKey(t => t.MediaRowId);
            media.HasMany(m => m.Runs).WithOne(r => r.Media).HasForeignKey(r => r.MediaRowId);
            media.HasMany(m => m.Labels).WithOne(l => l.Media).HasForeignKey(l => l.MediaRowId);
            media.HasMany(m => m.Observations).WithOne(o => o.Media).HasForeignKey(o => o.MediaRowId);
        });
        modelBuilder.Entity<TierRow>(tier =>
        {
            tier.ToTable("MediaTier").HasIndex(t => new { t.MediaRowId, t.Tier }).IsUnique();
            tier.HasIndex(t => t.Sha256);
            tier.HasIndex(t => t.Offset).HasFilter(UnderWay);
            tier.HasMany(t => t.Chunks).WithOne().HasForeignKey(c => c.TierRowId);
        });
        modelBuilder.Entity<ChunkRow>(chunk => chunk.ToTable("Chunk").HasKey(c => new { c.TierRowId, c.Offset }));
        modelBuilder.Entity<RunRow>(run =>
        {
            run.ToTable("DetectionRun").HasIndex(r => new { r.MediaRowId, r.Model, r.Version, r.Source }).IsUnique();
            run.HasIndex(r => new { r.Model, r.Version }).HasFilter(IsCurrent);
            run.HasMany(r => r.Detections).WithOne().HasForeignKey(d => d.RunRowId);
        });
        modelBuilder.Entity<DetectionRow>(detection => detection.ToTable("Detection").HasIndex(d => d.RepeatRowId).HasFilter(IsHidden));
        modelBuilder.Entity<ObservationRow>(observation =>
        {
            observation.ToTable("Observation").HasIndex(o => new { o.MediaRowId, o.Model, o.Version, o.Source }).IsUnique();
            observation.HasIndex(o => new { o.ObservationType, o.EventStart });
            observation.HasIndex(o => new { o.ObservationType, o.MediaRowId }).HasFilter(IsCurrent);
            observation.HasIndex(o => new { o.ScientificName, o.MediaRowId }).HasFilter(IsCurrent);
            observation.HasIndex(o => o.LabelRowId).HasFilter("\"LabelRowId\" IS NOT NULL");
        });
        modelBuilder.Entity<LabelRow>(label =>
        {
            label.ToTable("Label").HasIndex(l => l.LabelID).IsUnique();
            label.HasIndex(l => l.MediaRowId);
        });
        modelBuilder.Entity<EffortRow>(effort =>
        {
            effort.ToTable("Effort").HasKey(e => e.EffortID);
            effort.HasIndex(e => new { e.Hub, e.Hour });
            effort.Property(e => e.Drops).HasConversion<CountsJson, CountsComparer>();
        });
        modelBuilder.Entity<JobRow>(job =>
        {
            job.ToTable("Job").HasIndex(j => j.JobID).IsUnique();
            job.HasIndex(j => j.State);
            job.HasIndex(j => j.ServedAt);
            job.HasMany<JobItemRow>().WithOne().HasForeignKey(i => i.JobRowId);
        });
        modelBuilder.Entity<JobItemRow>(item =>
        {
            item.ToTable("JobItem").HasIndex(i => new { i.JobRowId, i.MediaRowId }).IsUnique();
            item.HasIndex(i => new { i.JobRowId, i.State, i.Id }).HasFilter(Unended);
            item.HasOne<MediaRow>().WithMany().HasForeignKey(i => i.MediaRowId);
        });
        modelBuilder.Entity<BudgetRow>(budget => budget.ToTable("Budget").HasKey(b => b.Project));
        modelBuilder.Entity<SpendRow>(spend => spend.ToTable("Spend").HasKey(s => new { s.Project, s.Month }));
        modelBuilder.Entity<RepeatRow>(repeat => repeat.ToTable("Repeat").HasIndex(r => new { r.Hub, r.CameraID, r.State }));
        modelBuilder.Entity<PlaceRow>(place => place.ToTable("Place").HasIndex(p => new { p.DeploymentID, p.Hub, p.CameraID }).IsUnique());
        modelBuilder.Entity<ProjectRow>(project => project.ToTable("Project").HasKey(p => p.Name));
        modelBuilder.Entity<DeploymentRow>(deployment =>
        {
            deployment.ToTable("Deployment").HasIndex(d => d.DeploymentID).IsUnique();
            deployment.HasIndex(d => new { d.Hub, d.CameraID });
        });
        modelBuilder.Entity<OutageRow>(outage => outage.ToTable("Outage").HasIndex(o => o.DeploymentRowId));
        modelBuilder.Entity<ClockRepairRow>(repair =>
        {
            repair.ToTable("ClockRepair").HasIndex(r => r.RepairID).IsUnique();
            repair.HasIndex(r => new { r.Hub, r.CameraID });
        });
        modelBuilder.Entity<EventRow>(row =>
        {
            row.ToTable("Event").HasIndex(e => new { e.DeploymentRowId, e.Start });
            row.HasIndex(e => new { e.ScientificName, e.Id }); // newest first; what is added goes to its end, so an import of years costs no more than one of days
            row.HasIndex(e => e.Start).HasFilter(IsHuman).HasDatabaseName("IX_Event_Humans");
        });
        modelBuilder.Entity<EventWordRow>(word => word.ToTable("EventWord").HasIndex(w => w.DeploymentRowId));
        modelBuilder.Entity<TallyRow>(tally =>
        {
            tally.ToTable("Tally").HasIndex(t => t.DeploymentRowId);
            // All totals stand in it: whoever wants no more than them reads no packed counts.
            tally.HasIndex(t => new { t.ObservationType, t.ScientificName, t.DeploymentRowId, t.CaptureMethod, t.Model, t.FirstDay, t.LastDay, t.Events, t.Independent, t.IndependentFirst, t.Individuals, t.HumanChecked }).HasDatabaseName("IX_Tally_Totals");
        });
        modelBuilder.Entity<TouchedRow>(touched => touched.ToTable("Touched").HasIndex(t => t.DeploymentRowId));
        modelBuilder.Entity<AlarmRuleRow>(rule => rule.ToTable("AlarmRule"));
        modelBuilder.Entity<AlarmRow>(alarm =>
        {
            alarm.ToTable("Alarm").HasIndex(a => a.Key).IsUnique();
            alarm.HasIndex(a => new { a.RuleRowId, a.State });
            alarm.HasIndex(a => a.State);
        });
        modelBuilder.Entity<MuteRow>(mute => mute.ToTable("Mute").HasIndex(m => m.Until));
        modelBuilder.Entity<NoticeRow>(notice =>
        {
            notice.ToTable("Notice").HasIndex(n => new { n.AlarmRowId, n.Channel }).IsUnique();
            notice.HasIndex(n => n.NextTry).HasFilter(IsUnsent);
            notice.HasOne<AlarmRow>().WithMany().HasForeignKey(n => n.AlarmRowId);
        });
        foreach (var local in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()).Where(IsLocal))
            local.SetValueConverter(new ValueConverter<DateTime, DateTime>(t => DateTime.SpecifyKind(t, DateTimeKind.Unspecified), t => t)); // wall time of a place: never to be read as UTC
    }

    protected static bool IsLocal(Microsoft.EntityFrameworkCore.Metadata.IReadOnlyProperty column) => column.Name.EndsWith("Local", StringComparison.Ordinal);

    /// <summary>The wire's word of an enum's value.</summary>
    private sealed class WireWord<T>() : ValueConverter<T, string>(
        value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()), word => Enum.Parse<T>(word, true))
        where T : struct, Enum;

    private sealed class UtcInstant() : ValueConverter<DateTime, DateTime>(t => DateTime.SpecifyKind(t, DateTimeKind.Utc), t => DateTime.SpecifyKind(t, DateTimeKind.Utc));

    private sealed class CountsJson() : ValueConverter<Dictionary<string, int>, string>(
        counts => JsonSerializer.Serialize(counts, JsonSerializerOptions.Default),
        json => JsonSerializer.Deserialize<Dictionary<string, int>>(json, JsonSerializerOptions.Default)!);

    private sealed class CountsComparer() : ValueComparer<Dictionary<string, int>>(
        (a, b) => a != null && b != null && a.Count == b.Count && !a.Except(b).Any(),
        counts => counts.Count,
        counts => new Dictionary<string, int>(counts));

    // The wire's own words; a row that an older version wrote and this one would refuse reads as nothing.
    private sealed class HealthJson() : ValueConverter<HubHealth, string>(health => Written(health), json => Read(json)!)
    {
        private static string Written(HubHealth health) => Encoding.UTF8.GetString(Wire.Write(health));

        private static HubHealth? Read(string json) => Wire.TryRead<HubHealth>(Encoding.UTF8.GetBytes(json), out var health, out _) ? health : null;
    }

    private sealed class StepsJson() : ValueConverter<List<ClockStep>, string>(
        steps => JsonSerializer.Serialize(steps, JsonSerializerOptions.Web),
        json => json.Length == 0 ? new List<ClockStep>() : JsonSerializer.Deserialize<List<ClockStep>>(json, JsonSerializerOptions.Web)!);

    private sealed class StepsComparer() : ValueComparer<List<ClockStep>>(
        (a, b) => a != null && b != null && a.SequenceEqual(b),
        steps => steps.Count,
        steps => new List<ClockStep>(steps));
}
