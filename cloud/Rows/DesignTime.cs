using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Lynceus.Cloud;

/// <summary>For <c>dotnet ef migrations add NAME --context LynceusDb</c>.</summary>
internal sealed class SqliteDesign : IDesignTimeDbContextFactory<LynceusDb>
{
    public LynceusDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<LynceusDb>().UseSqlite("Data Source=design-time.db").Options);
}

/// <summary>For <c>dotnet ef migrations add NAME --context PostgresDb --output-dir Rows/Migrations/Postgres</c>.</summary>
internal sealed class PostgresDesign : IDesignTimeDbContextFactory<PostgresDb>
{
    public PostgresDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<PostgresDb>().UseNpgsql("Host=localhost;Database=design-time").Options);
}
