using Spectre.Console;

namespace Lynceus.Edge;

/// <summary>How far long work has come, on stderr: bars on a terminal, now and then a line elsewhere.</summary>
internal static class Progress
{
    public static Task RunAsync(Func<ProgressContext, Task> work)
        => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }).Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(work);

    /// <summary>A row whose length nobody knows yet.</summary>
    public static IEnumerable<T> Counting<T>(this ProgressContext context, string what, IEnumerable<T> row)
    {
        var task = context.AddTask(what).IsIndeterminate();
        var count = 0;
        foreach (var item in row)
        {
            if (++count % 100 == 0) task.Description = $"{what}: {count} files";
            yield return item;
        }
        task.Description = $"{what}: {count} files";
        task.IsIndeterminate(false).Value = task.MaxValue;
        task.StopTask();
    }
}
