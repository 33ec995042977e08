using Millwright.Cli;

return await MillwrightTool.RunAsync(args, new ToolContext(Console.Out, Console.Error, TimeProvider.System), CancellationToken.None);
