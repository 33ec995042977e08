using Millwright.LoadGenerator;

return await LoadCommand.RunAsync(args, Console.Out, TimeProvider.System);
