using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Lynceus.Cloud;

/// <summary>The same rows in PostgreSQL; a type of its own, since its migrations are its own. Texts are sorted by their bytes, as SQLite does.</summary>
internal sealed class PostgresDb(DbContextOptions options) : LynceusDb(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<string>().UseCollation("C").HaveConversion<NoNul>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        foreach (var local in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()).Where(IsLocal)) local.SetColumnType("timestamp without time zone");
    }

    /// <summary>PostgreSQL takes no U+0000 in a text, and a hub that sends one in its log would send it forever.</summary>
    private sealed class NoNul() : ValueConverter<string, string>(text => text.Replace('\0', '\uFFFD'), text => text);
}
