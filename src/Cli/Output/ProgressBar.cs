using Spectre.Console;

namespace Millwright.Cli.Output;

/// <summary>A bar on the terminal; nothing at all when there is no terminal or when the output is for a program.</summary>
internal static class ProgressBar
{
    /// <param name="work">Gets a callback (done, total or null, text) that may be called as often as it likes.</param>
    public static async Task<T> RunAsync<T>(TextWriter error, bool isQuiet, Func<Action<double, double?, string>, Task<T>> work)
    {
        if (isQuiet || Console.IsErrorRedirected || error != Console.Error)
        {
            return await work((_, _, _) => { });
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        return await console.Progress()
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(),
                new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                ProgressTask task = progress.AddTask("starting");
                return await work((done, total, text) =>
                {
                    task.IsIndeterminate = total is null;
                    task.MaxValue = total ?? 100;
                    task.Value = done;
                    task.Description = Markup.Escape(text);
                });
            });
    }
}
