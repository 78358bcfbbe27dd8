using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Lynceus.Cloud;

/// <summary>
/// Prepared statements, for the path every capture takes: SaveChanges took 1 ms for the five rows of one capture.
/// Tables, columns and conversions are the model's. The connection must stay open as long as this lives.
/// </summary>
internal sealed class Prepared(LynceusDb db) : IDisposable
{
    private readonly Dictionary<Type, Statement> prepared = [];
    private readonly Dictionary<string, DbCommand> commands = [];

    /// <summary>Inserts a row within the current transaction.</summary>
    /// <returns>The new row's id.</returns>
    public long Add<T>(T row)
        where T : class
    {
        if (!prepared.TryGetValue(typeof(T), out var statement)) prepared[typeof(T)] = statement = Prepare(typeof(T));
        statement.Command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        for (var i = 0; i < statement.Columns.Length; i++)
        {
            var column = statement.Columns[i];
            var value = column.GetGetter().GetClrValue(row);
            statement.Command.Parameters[i].Value = (value is null ? null : column.GetTypeMapping().Converter?.ConvertToProvider(value) ?? value) ?? DBNull.Value;
        }
        return (long)statement.Command.ExecuteScalar()!;
    }

    /// <summary>Runs a statement within the current transaction; its values are <c>@p0</c>, <c>@p1</c>, …</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run(string sql, params ReadOnlySpan<object> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            commands[sql] = command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // every statement is a literal of this program
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++) AddParameter(command, i);
        }
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        return command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in commands.Values) command.Dispose();
        foreach (var statement in prepared.Values) statement.Command.Dispose();
    }

    private Statement Prepare(Type row)
    {
        var entity = db.Model.FindEntityType(row)!;
        var columns = entity.GetProperties().Where(p => p.ValueGenerated != ValueGenerated.OnAdd).ToArray();
        var command = db.Database.GetDbConnection().CreateCommand();
        // With the column's type, also while its value is null: PostgreSQL keeps a plan for each set of types.
        for (var i = 0; i < columns.Length; i++) command.Parameters.Add(columns[i].GetRelationalTypeMapping().CreateParameter(command, $"@p{i}", value: null, nullable: true));
        var names = string.Join(", ", columns.Select(c => $"\"{c.GetColumnName()}\""));
#pragma warning disable CA2100 // all of it comes from the model
        command.CommandText = $"INSERT INTO \"{entity.GetTableName()}\" ({names}) VALUES ({string.Join(", ", columns.Index().Select(c => $"@p{c.Index}"))}) RETURNING \"Id\"";
#pragma warning restore CA2100
        return new Statement(command, columns);
    }

    private static void AddParameter(DbCommand command, int number)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = $"@p{number}";
        command.Parameters.Add(parameter);
    }

    private sealed record Statement(DbCommand Command, IProperty[] Columns);
}
