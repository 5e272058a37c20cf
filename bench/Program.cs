using HadamardNtk.Bench;

return args switch
{
    ["pieces", .. var rest] => PiecesRun.Start(rest),
    ["large", .. var rest] => LargeRun.Start(rest),
    ["page", .. var rest] => PerformancePage.Write(rest),
    [FirstCall.Word, .. var rest] => FirstCall.Run(rest),
    _ => Usage.Show(),
};
