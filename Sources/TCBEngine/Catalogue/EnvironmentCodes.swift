// Codes about environments, tokens and links.

extension CodeCatalogue {
  static let environmentCodes: [CodeEntry] = [
    CodeEntry(
      "E0701", "A bare path belongs to an environment, and none is in use.",
      chinese: "裸路径需要所属环境，但当前没有使用任何环境。",
      wrong: #"""
        env demo { id "e"; bucket "b"; api embedded any }
        print (links "a.png" | count)
        """#,
      mended: #"""
        env demo { id "e"; bucket "b"; api embedded any }
        print (links "a.png" in demo | count)
        """#),
    CodeEntry(
      "E0710", "A clause of a definition has a value it cannot have.",
      chinese: "定义的子句取值不正确。",
      wrong: #"files f from lines "paths.txt" column "a""#,
      mended: #"files f from csv "products.csv" column "image""#),
    CodeEntry(
      "E0711", "No command, definition, token or function of this name exists.",
      chinese: "没有这个名称的命令、定义、令牌或函数。",
      wrong: "help lnks",
      mended: "help links"),
    CodeEntry(
      "E0713",
      "No environment defined here signs links of this host, so nobody can say whether the link holds.",
      chinese: "这里定义的环境都不签发该主机的链接，无法验证。",
      wrong: #"verify "https://nowhere.tcb.qcloud.la/a.png""#,
      mended: #"""
        env demo { id "e"; bucket "b"; account "1"; api embedded any; read public }
        let l = links "a.png" in demo
        verify (l | first).url
        """#),
    CodeEntry(
      "E0720", "The interface gave no token.",
      chinese: "接口没有给出令牌。"),
    CodeEntry(
      "E0721", "`component` names no token that is defined `from component`.",
      chinese: "`component` 指定的不是 `from component` 定义的令牌。"),
    CodeEntry(
      "E0722",
      "A token's source holds no token: the variable is not set, or the file cannot be read or is empty.",
      chinese: "令牌来源中没有令牌：环境变量未设置，或文件无法读取或为空。",
      wrong: #"""
        token t from variable "NOT_SET"
        env demo { id "e"; bucket "b"; api embedded any }
        print (links "a.png" in demo with t | count)
        """#,
      mended: #"""
        env demo { id "e"; bucket "b"; api embedded any }
        print (links "a.png" in demo | count)
        """#),
    CodeEntry(
      "E0723", "An environment over HTTP is asked for links, and no token is named to ask with.",
      chinese: "要通过 HTTP 向环境请求链接，但没有指定令牌。"),
    CodeEntry(
      "E0724",
      "A merchant's refresh token cannot be kept in the state folder, without which it would be lost.",
      chinese: "商家的刷新令牌无法保存到状态文件夹，否则会丢失。"),
    CodeEntry(
      "E0725", "The program that reaches the network, `tcbsh-net`, is not beside `tcbsh`.",
      chinese: "访问网络的程序 `tcbsh-net` 不在 `tcbsh` 旁边。"),
    CodeEntry(
      "E0726",
      "Nobody is at a host. It is tried again after a pause; files wait, and in the end fail with `host-down`.",
      chinese: "无法连接到主机。稍后会再试；其间的文件先等待，最后以 `host-down` 失败。"),
    CodeEntry(
      "E0727",
      "What may be asked of an environment today is used up. No more calls are made to it in this run.",
      chinese: "该环境今天的调用额度已用完，本次运行不再请求。"),
    CodeEntry(
      "E0728",
      "As many calls were made again as were made at all, and a hundred more. From here on what goes wrong is not tried again.",
      chinese: "重试次数已达到调用次数再加一百次的上限，之后出错不再重试。"),
    CodeEntry(
      "E0729", "`doctor` was given a token that no environment names, and no environment to use it in.",
      chinese: "`doctor` 得到的令牌没有任何环境使用，也没有指定环境。",
      wrong: #"""
        token main from variable "WX_TOKEN"
        doctor main
        """#,
      mended: #"""
        token main from app { appid "wx1"  secret "s3cret" }
        env demo { id "e"; bucket "b"; api embedded any; token main }
        doctor main
        """#),
    CodeEntry(
      "E0730", "`serve` was given a script that defines no environment with `api embedded`.",
      chinese: "`serve` 得到的脚本没有定义 `api embedded` 的环境。"),
    CodeEntry(
      "E0731", "The server cannot listen at its address: something else does, or it is not of this machine.",
      chinese: "服务器无法在该地址监听：已被占用，或不是本机地址。"),
    CodeEntry(
      "E0732", "The server cannot be set up as its options say, or a file that they name cannot be used.",
      chinese: "无法按选项设置服务器，或选项所指的文件无法使用。"),
  ]
}
